package io.vitrine.image.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.FileBytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** EXIF is read as in Pillow 12.3, whose answers are written here. */
final class ExifTest {
    private static final int ORIENTATION = 274;
    private static final int OTHER = 300;
    private static final int SHORT = 3;
    private static final int ASCII = 2;
    private static final int BEHIND_ONE_ENTRY = 8 + 2 + 12 + 4;
    private static final String HEADER = "MM\0*\0\0\0\b";
    private static final FileBytes XMP = latin1("<x tiff:Orientation=\"8\"/>");

    @ParameterizedTest
    @CsvSource({
        "3, 00060000, 6",
        "8, 00060000, 6",
        "4, 00000006, 6",
        "9, 00000006, 6",
        "13, 00000006, 6",
        "6, 06000000, 6",
        "11, 40c00000, 6",
        "11, 40d00000, 1", // 6.5
        "1, 06000000, 1", // Pillow keeps bytes and text as they are
        "2, 36000000, 1",
        "7, 06000000, 1",
        "3, 00000000, 1",
        "3, 00090000, 1"
    })
    void numbersOfAnyTypeCount(int type, String value, int orientation) {
        byte[] tiff = tiff(entry(ORIENTATION, type, 1, Integer.parseUnsignedInt(value, 16)));
        assertThat(read(tiff)).hasValue(orientation);
    }

    @ParameterizedTest
    @CsvSource({
        "5, 0000000c00000002, 6", // 12 / 2
        "5, 0000000600000000, 1",
        "5, 0000000d00000002, 1",
        "10, fffffffaffffffff, 6",
        "12, 4018000000000000, 6",
        "16, 0000000000000006, 6"
    })
    void longNumbersLieBehindTheDirectory(int type, String value, int orientation) {
        byte[] tiff = tiff(entry(ORIENTATION, type, 1, BEHIND_ONE_ENTRY));
        assertThat(read(joined(tiff, long8(value)))).hasValue(orientation);
    }

    @Test
    void ofEqualTagsTheLastWithAValueCounts() {
        byte[] three = entry(ORIENTATION, SHORT, 1, 3 << 16);
        assertThat(read(tiff(three, entry(ORIENTATION, SHORT, 1, 6 << 16)))).hasValue(6);
        assertThat(read(tiff(three, entry(ORIENTATION, SHORT, 0, 6 << 16)))).hasValue(3);
        assertThat(read(tiff(three, entry(ORIENTATION, 17, 1, 6 << 16)))).hasValue(3);
    }

    @Test
    void aTagWhoseValueIsMissingEndsTheDirectory() {
        byte[] six = entry(ORIENTATION, SHORT, 1, 6 << 16);
        byte[] broken = entry(OTHER, ASCII, 100, 9999);
        assertThat(read(tiff(six, broken))).hasValue(6);
        assertThat(read(tiff(broken, six))).isEmpty();
    }

    @Test
    void aDirectoryCountsAsFarAsItGoes() {
        byte[] tiff = tiff(entry(ORIENTATION, SHORT, 1, 6 << 16));
        assertThat(read(Arrays.copyOf(tiff, 22))).hasValue(6);
        assertThat(read(Arrays.copyOf(tiff, 20))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "MM\0*\0\0\0\b",
                "MM*\0\0\0\0\b",
                "MM\0+\0\0\0\b",
                "Exif\0\0MM\0*\0\0\0\b",
                "Exif\0\0Exif\0\0MM\0*\0\0\0\b"
            })
    void headersVary(String header) {
        byte[] tiff = tiff(entry(ORIENTATION, SHORT, 1, 6 << 16));
        byte[] start = header.getBytes(StandardCharsets.ISO_8859_1);
        assertThat(read(joined(start, Arrays.copyOfRange(tiff, 8, tiff.length))))
                .hasValue(6);
    }

    @ParameterizedTest
    @CsvSource({
        "hello world, 1", // Pillow fails on it
        "MM, 1",
        "'Exif\0\0', 8",
        "'MM\0*\u007f\0\0\0', 8" // the directory lies behind the end
    })
    void xmpCountsWhereExifIsEmptyAndNotWhereItIsBroken(String exif, int orientation) {
        assertThat(Orientation.of(Optional.of(latin1(exif)), Optional.of(XMP))).isEqualTo(orientation);
    }

    @Test
    void xmpDoesNotCountBesideAnOrientationThatIsNone() {
        FileBytes zero = FileBytes.of(tiff(entry(ORIENTATION, SHORT, 1, 0)));
        assertThat(Orientation.of(Optional.of(zero), Optional.of(XMP))).isEqualTo(1);
        assertThat(Orientation.of(Optional.empty(), Optional.of(XMP))).isEqualTo(8);
        assertThat(Orientation.of(Optional.empty(), Optional.empty())).isEqualTo(1);
    }

    private static OptionalInt read(byte[] block) {
        return Exif.orientation(FileBytes.of(block));
    }

    private static byte[] tiff(byte[]... entries) {
        ByteBuffer out = ByteBuffer.allocate(14 + 12 * entries.length);
        out.put(HEADER.getBytes(StandardCharsets.ISO_8859_1)).putShort((short) entries.length);
        for (byte[] entry : entries) {
            out.put(entry);
        }
        return out.array();
    }

    private static byte[] entry(int tag, int type, int count, int value) {
        return ByteBuffer.allocate(12)
                .putShort((short) tag)
                .putShort((short) type)
                .putInt(count)
                .putInt(value)
                .array();
    }

    private static byte[] long8(String hex) {
        return ByteBuffer.allocate(8).putLong(Long.parseUnsignedLong(hex, 16)).array();
    }

    private static byte[] joined(byte[] one, byte[] other) {
        return ByteBuffer.allocate(one.length + other.length)
                .put(one)
                .put(other)
                .array();
    }

    private static FileBytes latin1(String text) {
        return FileBytes.of(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
