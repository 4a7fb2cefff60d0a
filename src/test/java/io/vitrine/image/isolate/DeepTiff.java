package io.vitrine.image.isolate;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.DeflaterOutputStream;

/** A TIFF that takes as much memory as any: CMYK of 16 bits, in a tile that is larger than the image. */
final class DeepTiff {
    private static final int TAGS = 10;
    private static final int DATA = 8 + 2 + 12 * TAGS + 4 + 8;

    private DeepTiff() {}

    static byte[] inOneTile(int width, int height, int tileWidth, int tileHeight) throws IOException {
        ByteArrayOutputStream deflated = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(deflated)) {
            byte[] row = new byte[8 * tileWidth];
            for (int y = 0; y < tileHeight; y++) {
                out.write(row);
            }
        }
        ByteBuffer file = ByteBuffer.allocate(DATA + deflated.size()).order(ByteOrder.LITTLE_ENDIAN);
        file.put(new byte[] {'I', 'I', 42, 0}).putInt(8).putShort((short) TAGS);
        tag(file, 256, width);
        tag(file, 257, height);
        file.putShort((short) 258).putShort((short) 3).putInt(4).putInt(DATA - 8); // bits per sample
        tag(file, 259, 8); // Deflate
        tag(file, 262, 5); // CMYK
        tag(file, 277, 4);
        tag(file, 322, tileWidth);
        tag(file, 323, tileHeight);
        tag(file, 324, DATA);
        tag(file, 325, deflated.size());
        file.putInt(0).putLong(0x0010_0010_0010_0010L);
        file.put(deflated.toByteArray());
        return file.array();
    }

    private static void tag(ByteBuffer file, int tag, int value) {
        file.putShort((short) tag).putShort((short) 4).putInt(1).putInt(value);
    }
}
