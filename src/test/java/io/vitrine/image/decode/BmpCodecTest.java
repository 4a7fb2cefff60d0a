package io.vitrine.image.decode;

import static io.vitrine.image.decode.TestDecoding.assertPixels;
import static io.vitrine.image.decode.TestDecoding.rejected;
import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Kinds of BMP that the oracle lacks. Answers are Pillow 12.3's, but where a comment says otherwise. */
final class BmpCodecTest {
    private static final int[] COLOURS = {0x112233, 0x445566, 0x778899, 0xaabbcc, 0xddeeff, 0x010203};
    private static final int[] EXPECTED = {
        0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff, 1, 2, 3
    };

    private static final int[] GREY = new int[256];

    static {
        Arrays.setAll(GREY, i -> i * 0x010101_00);
    }

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

    @Test
    void theLastRowNeedsNoPadding() throws ImageRejectedException {
        byte[] whole = bmp(3, 2, 24, RowOrder.BOTTOM_UP, COLOURS);
        assertPixels(Arrays.copyOf(whole, whole.length - 3), EXPECTED);
    }

    @ParameterizedTest
    @CsvSource({
        "ff0000, ff00, ff, 0, 2 1 0",
        "ff000000, ff0000, ff00, 0, 3 2 1",
        "ff000000, ff00, ff, 0, 3 1 0",
        "ff000000, ff0000, ff00, ff, 3 2 1",
        "ff, ff00, ff0000, ff000000, 0 1 2",
        "ff0000, ff00, ff, ff000000, 2 1 0",
        "ff000000, ff00, ff, ff0000, 3 1 0",
        "0, 0, 0, 0, 2 1 0"
    })
    void masksSayWhichByteIsWhich(String red, String green, String blue, String alpha, String bytes)
            throws ImageRejectedException {
        int[] pixel = {11, 22, 33, 44};
        byte[] file = masked(32, List.of(red, green, blue, alpha), pixel);
        assertPixels(
                file,
                Arrays.stream(bytes.split(" "))
                        .mapToInt(i -> pixel[Integer.parseInt(i)])
                        .toArray());
    }

    @Test
    void masksOf16BitsMayGiveGreenSix() throws ImageRejectedException {
        byte[] file = masked(16, List.of("f800", "7e0", "1f", "0"), 0xe0, 0x07, 0, 0);
        assertPixels(file, 0, 255, 0);
    }

    @Test
    void otherMasksAreUnsupported() {
        ImageRejectedException rejected = rejected(masked(16, List.of("f00", "f0", "f", "0"), 0, 0, 0, 0));
        assertThat(rejected.reason()).isEqualTo(RejectionReason.UNSUPPORTED);
        assertThat(rejected).hasMessage("BMP of 16 bits per pixel with the masks f00, f0, f and 0 is not supported");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 54, 78})
    void pixelsFollowThePaletteIfTheirOffsetIsWrong(int offset) throws ImageRejectedException {
        byte[] file = indexed(3, 1, 8, 0, 0x030201_00, 0x060504_00, 0x090807_00, 0x0c0b0a_00, 0, 0);
        ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(10, offset).putInt(46, 6);
        byte[] pixels = {1, 0, 2, 0};
        assertPixels(with(file, pixels), 4, 5, 6, 1, 2, 3, 7, 8, 9);
    }

    @Test
    void indicesBehindAPaletteAreBlackOrGreyLevels() throws ImageRejectedException {
        assertPixels(with(indexed(2, 1, 8, 0, 0x030201_00), (byte) 5, (byte) 0, (byte) 0, (byte) 0), 0, 0, 0, 1, 2, 3);
        byte[] grey = indexed(2, 1, 8, 0, 0, 0x010101_00, 0x020202_00);
        assertPixels(with(grey, (byte) 5, (byte) 2, (byte) 0, (byte) 0), 5, 5, 5, 2, 2, 2);
    }

    /** Pillow reads eight pixels from each byte. */
    @Test
    void blackAndWhiteOf8BitsIsReadByItsPalette() throws ImageRejectedException {
        byte[] file = with(indexed(2, 1, 8, 0, 0, 0xffffff_00), (byte) 1, (byte) 0, (byte) 0, (byte) 0);
        assertPixels(file, 255, 255, 255, 0, 0, 0);
    }

    private static void assertGreys(byte[] file, int... levels) throws ImageRejectedException {
        assertPixels(
                file,
                Arrays.stream(levels)
                        .flatMap(level -> IntStream.of(level, level, level))
                        .toArray());
    }

    @Test
    void runsAreClippedAtTheirRowButLiteralsAreNot() throws ImageRejectedException {
        byte[] clipped = {5, 7, 0, 0, 3, 9, 0, 0, 0, 1};
        assertGreys(with(indexed(3, 2, 8, 1, GREY), clipped), 9, 9, 9, 7, 7, 7);
        byte[] literal = {0, 4, 1, 2, 3, 4, 0, 0};
        assertGreys(with(indexed(3, 2, 8, 1, GREY), literal), 4, 0, 0, 1, 2, 3);
    }

    @Test
    void skippedPixelsAreZeros() throws ImageRejectedException {
        byte[] runs = {1, 7, 0, 2, 1, 1, 1, 9};
        assertGreys(with(indexed(3, 2, 8, 1, GREY), runs), 0, 0, 9, 7, 0, 0);
    }

    @Test
    void pixelsMustNotBeMissingAtTheEnd() {
        byte[] file = with(indexed(3, 2, 8, 1, GREY), (byte) 3, (byte) 7, (byte) 0, (byte) 1);
        assertThat(rejected(file).reason()).isEqualTo(RejectionReason.CORRUPT);
        assertThat(rejected(file)).hasMessage("BMP has runs for 3 of 6 pixels");
        byte[] cut = Arrays.copyOf(file, file.length - 2);
        assertThat(rejected(cut).reason()).isEqualTo(RejectionReason.TRUNCATED);
    }

    /** Pillow loses the last one. */
    @Test
    void literalsOfAnOddNumberOf4BitPixelsAreRead() throws ImageRejectedException {
        byte[] runs = {0, 3, 0x12, 0x30, 2, 0x45};
        assertGreys(with(indexed(5, 1, 4, 2, Arrays.copyOf(GREY, 16)), runs), 1, 2, 3, 4, 5);
    }

    @Test
    void oddKindsAreRefusedByName() {
        assertRefused(28, 2, RejectionReason.UNSUPPORTED, "BMP of 2 bits per pixel is not supported");
        assertRefused(28, 5, RejectionReason.CORRUPT, "BMP of 5 bits per pixel is not supported");
        assertRefused(
                30, 4, RejectionReason.UNSUPPORTED, "BMP of 24 bits per pixel with compression 4 is not supported");
        assertRefused(30, 1, RejectionReason.CORRUPT, "BMP of 24 bits per pixel with compression 1 is not supported");
        assertRefused(14, 16, RejectionReason.UNSUPPORTED, "BMP header of 16 bytes is not supported");
    }

    private static void assertRefused(int offset, int value, RejectionReason reason, String message) {
        byte[] file = bmp(3, 2, 24, RowOrder.BOTTOM_UP, COLOURS);
        file[offset] = (byte) value;
        assertThat(rejected(file).reason()).isEqualTo(reason);
        assertThat(rejected(file)).hasMessage(message);
    }

    @Test
    void aPaletteOfMoreThan256ColoursIsCorrupt() {
        int[] colours = new int[257];
        Arrays.fill(colours, 0x030201_00);
        byte[] file = with(indexed(1, 1, 8, 0, colours), (byte) 0, (byte) 0, (byte) 0, (byte) 0);
        assertThat(rejected(file)).hasMessage("BMP has a palette of 257 colours");
    }

    /** A header with masks, and one pixel. */
    private static byte[] masked(int bits, List<String> masks, int... pixel) {
        ByteBuffer out = ByteBuffer.allocate(14 + 56 + 4).order(ByteOrder.LITTLE_ENDIAN);
        out.put((byte) 'B').put((byte) 'M').putInt(out.capacity()).putInt(0).putInt(14 + 56);
        out.putInt(56).putInt(1).putInt(1).putShort((short) 1).putShort((short) bits);
        out.putInt(3).putInt(4).putInt(0).putInt(0).putInt(0).putInt(0);
        masks.forEach(mask -> out.putInt(Integer.parseUnsignedInt(mask, 16)));
        for (int b : pixel) {
            out.put((byte) b);
        }
        return out.array();
    }

    /** @param colours as 0xBBGGRRxx in the file's order, so that 0x030201_00 is red 1, green 2, blue 3 */
    private static byte[] indexed(int width, int height, int bits, int compression, int... colours) {
        ByteBuffer out = ByteBuffer.allocate(54 + 4 * colours.length).order(ByteOrder.LITTLE_ENDIAN);
        out.put((byte) 'B').put((byte) 'M').putInt(out.capacity()).putInt(0).putInt(out.capacity());
        out.putInt(40).putInt(width).putInt(height).putShort((short) 1).putShort((short) bits);
        out.putInt(compression)
                .putInt(0)
                .putInt(0)
                .putInt(0)
                .putInt(colours.length)
                .putInt(0);
        out.order(ByteOrder.BIG_ENDIAN);
        for (int colour : colours) {
            out.putInt(colour);
        }
        return out.array();
    }

    private static byte[] with(byte[] header, byte... data) {
        return ByteBuffer.allocate(header.length + data.length)
                .put(header)
                .put(data)
                .array();
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
