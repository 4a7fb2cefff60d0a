package io.vitrine.image.jpeg2000;

import io.vitrine.ImageRejectedException;

/**
 * Limits how finely an image is divided into tiles, resolutions, precincts and code blocks, because each of them takes memory:
 * 16 MiB in all, and 7 bytes per sample. Code blocks of 4 x 4, the smallest that encoders write, take 6.
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

    private final long limit;
    private long taken;

    BlockBudget(ImageGrid grid) {
        long samples = 0;
        Area image = new Area(grid.left(), grid.top(), grid.right(), grid.bottom());
        for (Component component : grid.components()) {
            Area own = image.subsampled(component.stepX(), component.stepY());
            samples += (long) own.width() * own.height();
        }
        this.limit = FREE_BYTES + BYTES_PER_SAMPLE * samples;
    }

    void take(long bytes) throws ImageRejectedException {
        taken += bytes;
        if (taken > limit) {
            throw Damage.unsupported(
                    "with more tiles, precincts and code blocks than " + limit + " bytes can describe");
        }
    }
}
