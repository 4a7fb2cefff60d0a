package io.vitrine.image.jpeg2000;

import io.vitrine.ImageRejectedException;

/**
 * Limits how finely an image is divided into tiles, resolutions, precincts and code blocks, because each of them takes memory:
 * 16 MiB in all, 7 bytes per sample and 8 per byte of the file. Code blocks of 4 x 4, the smallest that encoders write, take 6
 * per sample; their segments and chunks depend on the file's bytes. Also limits how often packets may go through code blocks
 * that they say nothing of, because one bit is enough to say nothing of many.
 */
final class BlockBudget {
    static final int RESOLUTION_BYTES = 256;
    static final int PRECINCT_BYTES = 256;
    static final int BLOCK_BYTES = 80;
    /** What each precinct and code block costs before a packet has something for it. */
    static final int PLACE_BYTES = 16;
    /** What it costs to sort a precinct. */
    static final int VISIT_BYTES = 64;

    private static final long FREE_BYTES = 16 << 20;
    private static final int BYTES_PER_SAMPLE = 7;
    private static final int BYTES_PER_BYTE = 8;
    private static final long FREE_VISITS = 16 << 20;

    private final long limit;
    private final long idleVisitsLimit;
    private long taken;
    private long idleVisits;

    /** @param fileBytes length of the file */
    BlockBudget(ImageGrid grid, int fileBytes) {
        long samples = 0;
        Area image = new Area(grid.left(), grid.top(), grid.right(), grid.bottom());
        for (Component component : grid.components()) {
            Area own = image.subsampled(component.stepX(), component.stepY());
            samples += (long) own.width() * own.height();
        }
        this.limit = FREE_BYTES + BYTES_PER_SAMPLE * samples + (long) BYTES_PER_BYTE * fileBytes;
        this.idleVisitsLimit = FREE_VISITS + samples; // blocks of 4 x 4 in 16 layers
    }

    void take(long bytes) throws ImageRejectedException {
        taken += bytes;
        if (taken > limit) {
            throw Damage.unsupported(
                    "with more tiles, precincts, code blocks and passes than " + limit + " bytes can describe");
        }
    }

    /** @param visits of code blocks that a packet might have had something for, but has not */
    void takeIdleVisits(int visits) throws ImageRejectedException {
        idleVisits += visits;
        if (idleVisits > idleVisitsLimit) {
            throw Damage.unsupported("with so many layers that leave out code blocks, one by one, more than "
                    + idleVisitsLimit + " times");
        }
    }
}
