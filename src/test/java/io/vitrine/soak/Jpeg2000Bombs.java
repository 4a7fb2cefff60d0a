package io.vitrine.soak;

import io.vitrine.image.Pictures;
import java.util.Arrays;
import java.util.Map;

/** JPEG 2000 files of few bytes that ask for many pixels, tiles, precincts, passes, layers or markers. */
final class Jpeg2000Bombs {
    private static final int BLOCK = 64;
    private static final int MAX_TILES = 65_535;

    private final int side;
    private final Map<String, byte[]> files;

    Jpeg2000Bombs(int side, Map<String, byte[]> files) {
        this.side = side;
        this.files = files;
    }

    /** Adds the files by name. */
    void add() {
        byte[] nothing = {0};
        files.put(
                "empty-packets.j2k",
                image(side, side, 4, side, side).tile(0, nothing).end());
        files.put(
                "empty-packets-lossy.j2k",
                image(side, side, 4, side, side).lossy().tile(0, nothing).end());
        files.put(
                "one-tile-of-65025.j2k",
                image(255, 255, 3, 1, 1).tile(65_024, nothing).end());
        files.put("tiles.j2k", tiles(image(MAX_TILES, 1, 4, 1, 1).levels(32), MAX_TILES, nothing));
        files.put(
                "components.j2k", image(16, 16, 16_384, 16, 16).tile(0, nothing).end());
        files.put(
                "claims-4-billion.j2k",
                image(Integer.MAX_VALUE, Integer.MAX_VALUE, 1, -1, -1)
                        .tile(0, nothing)
                        .end());
        files.put(
                "precincts-1x1.j2k",
                image(side, side, 4, side, side).precincts(0).tile(0, nothing).end());
        files.put(
                "precincts-thin.j2k",
                image(side, side, 4, side, side)
                        .precincts(0xf1, 0x1f, 0xf1, 0x1f)
                        .order(3)
                        .tile(0, new byte[1 << 16])
                        .end());
        files.put(
                "progressions.j2k",
                image(side, side, 4, side, side)
                        .precincts(0x55)
                        .progressions(31, 3)
                        .tile(0, nothing)
                        .end());
        files.put(
                "layers.j2k",
                image(256, 256, 4, 256, 256)
                        .layers(0xffff)
                        .tile(0, new byte[1 << 20])
                        .end());
        files.put(
                "layers-of-empty-components.j2k",
                tiles(image(MAX_TILES, 1, 4, 1, 1).layers(0xffff).steps(255), MAX_TILES, nothing));
        addLayers();
        int across = side / BLOCK;
        byte[] pass = block();
        files.put(
                "deep-blocks.j2k",
                tiles(image(across * BLOCK, across * BLOCK, 1, BLOCK, BLOCK).planes(29), across * across, pass));
        files.put(
                "deep-blocks-of-four.j2k",
                tiles(
                        image(across * BLOCK, across * BLOCK, 4, BLOCK, BLOCK).planes(9),
                        across * across,
                        new FileBuilder().repeated(4, pass).build()));
        files.put(
                "deepest-blocks-of-four.j2k",
                tiles(
                        image(across * BLOCK, across * BLOCK, 4, BLOCK, BLOCK).planes(29),
                        across * across,
                        new FileBuilder().repeated(4, pass).build()));
        files.put(
                "unknown-markers.j2k",
                image(16, 16, 1, 16, 16)
                        .markers(new FileBuilder()
                                .repeated(1 << 20, (byte) 0xff, (byte) 0x30)
                                .build())
                        .tile(0, nothing)
                        .end());
        files.put(
                "comments.j2k",
                image(16, 16, 1, 16, 16)
                        .markers(new FileBuilder()
                                .repeated(1 << 18, (byte) 0xff, (byte) 0x64, (byte) 0, (byte) 2)
                                .build())
                        .tile(0, nothing)
                        .end());
        byte[] jp2 = Pictures.oracle("../../jpeg2000/rgb.jp2");
        byte[] boxes = new FileBuilder()
                .repeated(
                        1 << 20, (byte) 0, (byte) 0, (byte) 0, (byte) 8, (byte) 'f', (byte) 'r', (byte) 'e', (byte) 'e')
                .build();
        files.put(
                "boxes.jp2",
                new FileBuilder()
                        .bytes(Arrays.copyOf(jp2, 32))
                        .bytes(boxes)
                        .bytes(Arrays.copyOfRange(jp2, 32, jp2.length))
                        .build());
        files.put("boxes-behind.jp2", new FileBuilder().bytes(jp2).bytes(boxes).build());
    }

    /** Layers that say little of much. */
    private void addLayers() {
        byte[] idle = new byte[1 << 16];
        Arrays.fill(idle, (byte) 0x80); // packets of two bits: present, and no block is included
        files.put(
                "idle-layers.j2k",
                image(side, side, 1, side, side)
                        .smallBlocks()
                        .layers(0xffff)
                        .tile(0, idle)
                        .end());
        byte[] below = idle.clone();
        below[0] = (byte) 0xc0; // some block is included, but in none of the four quarters so far
        files.put(
                "idle-quarters.j2k",
                image(side, side, 1, side, side)
                        .smallBlocks()
                        .layers(0xffff)
                        .tile(0, below)
                        .end());
        files.put(
                "progressions-of-layers.j2k",
                tiles(image(64, 64, 1, 16, 16).layers(0xffff).progressions(31, 0), 16, new byte[0x10010]));
        String passes = "1111" + "11111" + "1111111" + "0" + "000".repeat(164);
        byte[] next = header("11" + passes);
        files.put(
                "segments.j2k",
                image(16, 16, 4, 16, 16)
                        .layers(0xffff)
                        .terminated()
                        .tile(
                                0,
                                new FileBuilder()
                                        .repeated(4, header("111" + passes))
                                        .repeated(1 << 17, next)
                                        .build())
                        .end());
    }

    private static Jpeg2000Builder image(int width, int height, int components, int tileWidth, int tileHeight) {
        return new Jpeg2000Builder(width, height, components, tileWidth, tileHeight);
    }

    private static byte[] tiles(Jpeg2000Builder image, int count, byte[] data) {
        for (int i = 0; i < count; i++) {
            image.tile(i, data);
        }
        return image.end();
    }

    /** A packet of a single block that has 91 passes in 16 bytes: as many as 31 bit planes can have. */
    private static byte[] block() {
        // present, included, no empty planes, passes 37 + 54, no more length bits, 3 + 6 bits of length
        String bits = "1" + "1" + "1" + "111111111" + "0110110" + "0" + "000010000";
        FileBuilder out = new FileBuilder().bytes(header(bits));
        for (int i = 0; i < 16; i++) {
            out.u8(37 * i + 11);
        }
        return out.build();
    }

    /** A packet's header of these bits. */
    private static byte[] header(String bits) {
        FileBuilder out = new FileBuilder();
        int last = 0;
        for (int at = 0; at < bits.length(); ) {
            int room = last == 0xff ? 7 : 8;
            int value = 0;
            for (int i = 0; i < room; i++, at++) {
                value = value << 1 | (at < bits.length() && bits.charAt(at) == '1' ? 1 : 0);
            }
            out.u8(value);
            last = value;
        }
        return out.build();
    }
}
