package io.vitrine.image.decode;

import static io.vitrine.image.decode.TestDecoding.assertPixels;
import static io.vitrine.image.decode.TestDecoding.rejected;
import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Kinds of BMP that the oracle lacks. Expected pixels follow Pillow's rules, worked out by hand. */
final class BmpCodecTest {
    private static final int[] COLOURS = {0x112233, 0x445566, 0x778899, 0xaabbcc, 0xddeeff, 0x010203};
    private static final int[] EXPECTED = {
        0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff, 1, 2, 3
    };

    private enum RowOrder {
        BOTTOM_UP,
        /** Marked by a negative height. */
        TOP_DOWN
    }

    @ParameterizedTest
    @EnumSource
    void pixelsOf24BitsAreKept(RowOrder rows) throws ImageRejectedException {
        assertPixels(bmp(3, 2, 24, rows, COLOURS), EXPECTED);
    }

    @ParameterizedTest
    @EnumSource
    void pixelsOf32BitsLoseTheirLastByte(RowOrder rows) throws ImageRejectedException {
        assertPixels(bmp(3, 2, 32, rows, COLOURS), EXPECTED);
    }

    @ParameterizedTest
    @EnumSource
    void samplesOf5BitsAreScaled(RowOrder rows) throws ImageRejectedException {
        byte[] file = bmp(4, 1, 16, rows, 0x7fff, 0x7c00, 0x03e0, 0x0011);
        assertPixels(file, 255, 255, 255, 255, 0, 0, 0, 255, 0, 0, 0, 17 * 255 / 31);
    }

    @Test
    void aFileWithoutItsLastPixelsIsTruncated() {
        byte[] whole = bmp(3, 2, 24, RowOrder.BOTTOM_UP, COLOURS);
        assertThat(rejected(Arrays.copyOf(whole, whole.length - 4)).reason()).isEqualTo(RejectionReason.TRUNCATED);
    }

    /**
     * Encodes a BMP.
     *
     * @param bits per pixel: 16 (5 per sample), 24 or 32
     * @param pixels as stored, from the top
     */
    private static byte[] bmp(int width, int height, int bits, RowOrder rows, int... pixels) {
        boolean topDown = rows == RowOrder.TOP_DOWN;
        int stride = (width * bits / 8 + 3) / 4 * 4;
        ByteBuffer out = ByteBuffer.allocate(54 + stride * height).order(ByteOrder.LITTLE_ENDIAN);
        out.put((byte) 'B').put((byte) 'M').putInt(out.capacity()).putInt(0).putInt(54);
        out.putInt(40)
                .putInt(width)
                .putInt(topDown ? -height : height)
                .putShort((short) 1)
                .putShort((short) bits);
        out.putInt(0).putInt(stride * height).putInt(0).putInt(0).putInt(0).putInt(0);
        for (int row = 0; row < height; row++) {
            int y = topDown ? row : height - 1 - row;
            out.position(54 + row * stride);
            for (int x = 0; x < width; x++) {
                int pixel = pixels[y * width + x];
                for (int b = 0; b < bits / 8; b++) {
                    out.put((byte) (pixel >> (8 * b)));
                }
            }
        }
        return out.array();
    }
}
