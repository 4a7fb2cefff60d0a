package io.vitrine.job.plan;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StructType;

/** Spark's own images, {@code origin, height, width, nChannels, mode, data}: pixels of 8 bits in OpenCV's order BGR. */
public final class SparkImage {
    private static final List<String> FIELDS = List.of("origin", "height", "width", "nChannels", "mode", "data");
    private static final int HEIGHT = 1;
    private static final int WIDTH = 2;
    private static final int MODE = 4;
    private static final int DATA = 5;
    private static final int GREY = 0;
    private static final int BGR = 16;
    private static final int BGRA = 24;
    private static final int HEADER_BYTES = 54;
    private static final int GREY_LEVELS = 256;
    private static final int MAX_BYTES = Integer.MAX_VALUE - 8; // of an array

    private SparkImage() {}

    public static boolean isImage(StructType type) {
        return Arrays.asList(type.fieldNames()).equals(FIELDS);
    }

    /**
     * The pixels as a Windows bitmap, whose rows are BGR too. An invalid image, as Spark makes of files that it can't read, has no
     * bytes.
     */
    static byte[] bitmap(Row image) {
        if (image == null) {
            return null;
        }
        return image.isNullAt(HEIGHT) || image.isNullAt(WIDTH) || image.isNullAt(MODE) || image.isNullAt(DATA)
                ? new byte[0]
                : bitmap(image.getInt(HEIGHT), image.getInt(WIDTH), image.getInt(MODE), image.getAs(DATA));
    }

    /** {@link #bitmap(Row)} of an image in Spark's internal form, which is not null. */
    public static byte[] bitmapOfInternal(InternalRow image) {
        return image.isNullAt(HEIGHT) || image.isNullAt(WIDTH) || image.isNullAt(MODE) || image.isNullAt(DATA)
                ? new byte[0]
                : bitmap(image.getInt(HEIGHT), image.getInt(WIDTH), image.getInt(MODE), image.getBinary(DATA));
    }

    private static byte[] bitmap(int height, int width, int mode, byte[] data) {
        int channels = mode == GREY ? 1 : mode == BGR ? 3 : mode == BGRA ? 4 : 0;
        if (channels == 0 || width < 1 || height < 1 || (long) width * height * channels != data.length) {
            return new byte[0];
        }
        int paletteBytes = mode == GREY ? 4 * GREY_LEVELS : 0;
        int offset = HEADER_BYTES + paletteBytes;
        long longRowBytes = ((long) width * channels + 3) / 4 * 4;
        long fileBytes = offset + longRowBytes * height;
        if (fileBytes > MAX_BYTES) {
            return new byte[0];
        }
        int rowBytes = (int) longRowBytes;
        ByteBuffer file = ByteBuffer.allocate((int) fileBytes).order(ByteOrder.LITTLE_ENDIAN);
        file.put((byte) 'B').put((byte) 'M').putInt(file.capacity()).putInt(0).putInt(offset);
        file.putInt(40).putInt(width).putInt(height).putShort((short) 1).putShort((short) (8 * channels));
        file.putInt(0)
                .putInt(rowBytes * height)
                .putInt(0)
                .putInt(0)
                .putInt(paletteBytes / 4)
                .putInt(0);
        for (int level = 0; level < paletteBytes / 4; level++) {
            file.putInt(level * 0x010101);
        }
        for (int row = 0; row < height; row++) { // from the bottom up
            file.position(offset + row * rowBytes);
            file.put(data, (height - 1 - row) * width * channels, width * channels);
        }
        return file.array();
    }
}
