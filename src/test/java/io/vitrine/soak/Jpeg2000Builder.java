package io.vitrine.soak;

/** Writes JPEG 2000 codestreams, marker by marker. Starts with one resolution, one layer and lossless blocks of 64 x 64. */
final class Jpeg2000Builder {
    private final int width;
    private final int height;
    private final int components;
    private final int tileWidth;
    private final int tileHeight;
    private final FileBuilder tiles = new FileBuilder();
    private int levels;
    private int layers = 1;
    private int order;
    private int step = 1;
    private int planes = 8;
    private int wavelet = 1;
    private int[] precincts = {};
    private int blockSide = 4; // log2, less 2
    private int blockStyle;
    private int progressions;
    private int progressionOrder;
    private byte[] markers = {};

    Jpeg2000Builder(int width, int height, int components, int tileWidth, int tileHeight) {
        this.width = width;
        this.height = height;
        this.components = components;
        this.tileWidth = tileWidth;
        this.tileHeight = tileHeight;
    }

    Jpeg2000Builder levels(int count) {
        levels = count;
        return this;
    }

    Jpeg2000Builder layers(int count) {
        layers = count;
        return this;
    }

    Jpeg2000Builder order(int number) {
        order = number;
        return this;
    }

    /** Columns and rows per sample of all components. */
    Jpeg2000Builder steps(int pixels) {
        step = pixels;
        return this;
    }

    Jpeg2000Builder planes(int count) {
        planes = count;
        return this;
    }

    Jpeg2000Builder lossy() {
        wavelet = 0;
        return this;
    }

    /** One for each resolution. */
    Jpeg2000Builder precincts(int... sizes) {
        precincts = sizes;
        levels = sizes.length - 1;
        return this;
    }

    /** Code blocks of 4 x 4. */
    Jpeg2000Builder smallBlocks() {
        blockSide = 0;
        return this;
    }

    /** Each pass in a segment of its own. */
    Jpeg2000Builder terminated() {
        blockStyle = 4;
        return this;
    }

    /** Each over all there is. */
    Jpeg2000Builder progressions(int count, int byOrder) {
        progressions = count;
        progressionOrder = byOrder;
        return this;
    }

    Jpeg2000Builder markers(byte[] bytes) {
        markers = bytes;
        return this;
    }

    Jpeg2000Builder tile(int number, byte[] data) {
        tiles.be16(0xff90).be16(10).be16(number).be32(14L + data.length).u8(0).u8(1);
        tiles.be16(0xff93).bytes(data);
        return this;
    }

    byte[] end() {
        FileBuilder out = new FileBuilder().be16(0xff4f);
        out.be16(0xff51)
                .be16(38 + 3 * components)
                .be16(0)
                .be32(width)
                .be32(height)
                .be32(0)
                .be32(0);
        out.be32(tileWidth).be32(tileHeight).be32(0).be32(0).be16(components);
        for (int i = 0; i < components; i++) {
            out.u8(7).u8(step).u8(step);
        }
        out.be16(0xff52)
                .be16(12 + precincts.length)
                .u8(precincts.length == 0 ? 0 : 1)
                .u8(order)
                .be16(layers)
                .u8(0);
        out.u8(levels).u8(blockSide).u8(blockSide).u8(blockStyle).u8(wavelet);
        for (int size : precincts) {
            out.u8(size);
        }
        out.be16(0xff5c).be16(5).u8(0x41).be16(planes - 1 << 11); // 2 guard bits, one exponent for all subbands
        if (progressions > 0) {
            out.be16(0xff5f).be16(2 + 7 * progressions);
            for (int i = 0; i < progressions; i++) {
                out.u8(0).u8(0).be16(layers).u8(255).u8(components).u8(progressionOrder);
            }
        }
        return out.bytes(markers).bytes(tiles.build()).be16(0xffd9).build();
    }
}
