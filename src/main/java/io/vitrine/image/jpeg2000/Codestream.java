package io.vitrine.image.jpeg2000;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import java.util.List;
import java.util.Optional;

/** A JPEG 2000 codestream. Not thread-safe; to be decoded once. */
public final class Codestream {
    /** Receives tiles. */
    public interface TileConsumer {
        /** @param tile valid until this returns */
        void accept(DecodedTile tile) throws ImageRejectedException;
    }

    private final ByteCursor in;
    private final MainHeader header;

    private Codestream(ByteCursor in, MainHeader header) {
        this.in = in;
        this.header = header;
    }

    /**
     * Reads the main header.
     *
     * @param offset of the SOC marker in {@code file}
     * @throws ImageRejectedException if the header is cut off, damaged, or of a kind that is not supported
     */
    public static Codestream read(FileBytes file, int offset) throws ImageRejectedException {
        ByteCursor in = new ByteCursor(file, offset);
        return new Codestream(in, new MainHeader(in));
    }

    /** First column of the image on the reference grid. */
    public int left() {
        return header.grid().left();
    }

    /** First row of the image on the reference grid. */
    public int top() {
        return header.grid().top();
    }

    /** Columns of the reference grid. */
    public int width() {
        return header.grid().right() - header.grid().left();
    }

    /** Rows of the reference grid. */
    public int height() {
        return header.grid().bottom() - header.grid().top();
    }

    /** From 1 to 4 components. */
    public List<Component> components() {
        return header.grid().components();
    }

    /**
     * Walks through all tiles without decoding them, after which this codestream is used up.
     *
     * @return how many samples the coding passes go through at most, and where the codestream ends
     * @throws ImageRejectedException if the codestream is cut off, or its markers are damaged
     */
    public Extent measure() throws ImageRejectedException {
        TileParts tiles = new TileParts(in, header);
        ImageGrid grid = header.grid();
        long samples = 0;
        for (Optional<TilePart> tile = tiles.next(); tile.isPresent(); tile = tiles.next()) {
            Area area = grid.tile(tile.get().number());
            TileParameters parameters = tile.get().parameters();
            for (int i = 0; i < grid.components().size(); i++) {
                Component component = grid.components().get(i);
                Area part = area.subsampled(component.stepX(), component.stepY());
                int planes = parameters.quantization(i).maxBitPlanes() + 1 + parameters.regionShift(i);
                samples += (long) part.width() * part.height() * 3 * Math.min(planes, BlockDecoder.MAX_BIT_PLANES);
            }
        }
        return new Extent(samples, tiles.position());
    }

    /**
     * What a codestream asks for.
     *
     * @param passSamples samples that coding passes go through: each sample once for each pass that its code block may have
     * @param end offset behind the end marker
     */
    public record Extent(long passSamples, int end) {}

    /**
     * Decodes all tiles, one after the other, after which this codestream is used up.
     *
     * @throws ImageRejectedException if the codestream is damaged
     */
    public void decode(TileConsumer consumer) throws ImageRejectedException {
        TileParts tiles = new TileParts(in, header);
        TileDecoder decoder = new TileDecoder(header.grid(), in.position() + in.left());
        for (Optional<TilePart> tile = tiles.next(); tile.isPresent(); tile = tiles.next()) {
            consumer.accept(decoder.decode(tile.get()));
        }
    }
}
