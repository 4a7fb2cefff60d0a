package io.vitrine.image.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.image.Pictures;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged JPEGs are read or refused as in Pillow 12.3, whose answers are written here. */
final class DamagedJpegTest {
    private static final int PIECE = 1 << 16; // what Pillow gives libjpeg at a time

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ffd9", // the end
                "0000000000000000", // no end
                "ffd9ffd8",
                "ff01",
                "ffd0",
                "ffda00",
                "ffe00002",
                "ffe1000441",
                "fffe0003",
                "ffdc0004",
                "ffdd00040000",
                "ffdb0003",
                "ffdb000200",
                "ffdb000310",
                "ffc40002",
                "ffc40013",
                "ffc400130100000000000000000000000000000000",
                "ffc4001304",
                "ffc4001303ff",
                "ffcc000400f0",
                "ffcc000300"
            })
    void itIsReadWithThisAfterItsData(String hex) {
        for (String name : new String[] {"gray.jpg", "restart.jpg", "cmyk.jpg"}) {
            assertThat(TestDecoding.rejected(withEnd(name, hex))).as(name).isNull();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ffd8, 'a second start of an image: a download that was restarted, or two files in one'",
        "ffffd8, 'a second start of an image: a download that was restarted, or two files in one'",
        "ffe10002ffd8, 'a second start of an image: a download that was restarted, or two files in one'",
        "ffc000, a second frame header",
        "ffc5, a second frame header",
        "ffda0008010100003f00, a second scan",
        "ff02, the unknown marker ff02",
        "ffff02, the unknown marker ff02",
        "ffbf, the unknown marker ffbf",
        "ffc8, the unknown marker ffc8",
        "ffde, the unknown marker ffde",
        "fff0, the unknown marker fff0",
        "fffd, the unknown marker fffd",
        "ffdd000500, a restart interval of a wrong length",
        "ffdb000304, a broken quantisation table",
        "ffc40003, Huffman tables of a wrong length",
        "ffc400132000000000000000000000000000000000, a broken Huffman table",
        "ffcc0004000f, a broken table for arithmetic coding",
        "ffcc000420f0, a broken table for arithmetic coding"
    })
    void itIsCorruptWithThisAfterItsData(String hex, String message) {
        for (String name : new String[] {"gray.jpg", "restart.jpg", "cmyk.jpg"}) {
            ImageRejectedException rejected = TestDecoding.rejected(withEnd(name, hex));
            assertThat(rejected.reason()).as(name).isEqualTo(RejectionReason.CORRUPT);
            assertThat(rejected).hasMessageStartingWith("JPEG has " + message + ", at byte ");
        }
    }

    @Test
    void itIsTruncatedWithoutTheBytesThatTheDecoderLooksAheadFor() {
        assertThat(TestDecoding.rejected(withEnd("gray.jpg", "00")).reason()).isEqualTo(RejectionReason.TRUNCATED);
        assertThat(TestDecoding.rejected(withEnd("cmyk.jpg", "00")).reason()).isEqualTo(RejectionReason.TRUNCATED);
    }

    @ParameterizedTest
    @CsvSource({"30000, false", "62332, false", "62334, true", "62335, true", "70000, true"})
    void whatFollowsInAPieceThatPillowDoesNotReadIsNotJudged(int zeros, boolean isRead) {
        byte[] jpeg = withEnd("gray.jpg", "00".repeat(zeros) + "ffd8");
        assertThat(jpeg.length > PIECE).isEqualTo(isRead);
        assertThat(TestDecoding.rejected(jpeg) == null).isEqualTo(isRead);
    }

    @ParameterizedTest
    @CsvSource({
        "ff3c, true, false", // skipped where a restart marker is missed
        "ffd8, false, false",
        "ffc4, false, false",
        "ffe1, true, true",
        "ffd3, true, true",
        "ffd9, true, true"
    })
    void aMarkerWithinTheDataIsJudgedAsInPillow(String marker, boolean withRestarts, boolean without) {
        byte[] restart = Pictures.oracle("restart.jpg");
        assertThat(TestDecoding.rejected(spliced(restart, indexOf(restart, 0xd3) - 5, marker)) == null)
                .isEqualTo(withRestarts);
        byte[] grey = Pictures.oracle("gray.jpg");
        assertThat(TestDecoding.rejected(spliced(grey, grey.length - 200, marker)) == null)
                .isEqualTo(without);
    }

    @ParameterizedTest
    @CsvSource({
        "ffe000064a464946, 'JPEG has a segment (JFIF) that ends after 4 bytes, within its header'",
        "ffee000841646f626500, 'JPEG has a segment (Adobe) that ends after 6 bytes, within its header'",
        "ffe200104943435f50524f46494c45000101, ",
        "ffe2000f4943435f50524f46494c450001, "
                + "'JPEG has a segment (ICC profile) that ends after 13 bytes, within its header'",
        "ffed001650686f746f73686f7020332e30003842494d0404, "
                + "'JPEG has a segment (Photoshop) that ends after 20 bytes, within its header'",
        "ffed001550686f746f73686f7020332e30003842494d04, ",
        "ff01, 'JPEG has the marker ff01 at byte 2, before its data'",
        "ffd8, 'JPEG has the marker ffd8 at byte 2, before its data'",
        "fff0, 'JPEG has the marker fff0 at byte 2, before its data'",
        "ffd0, ",
        "ffe0000200ff00ffe00002, ",
        "ffe10002004142, "
    })
    void segmentsBeforeTheDataAreJudgedAsInPillow(String hex, String message) {
        ImageRejectedException rejected = TestDecoding.rejected(spliced(Pictures.oracle("icc.jpg"), 2, hex));
        if (message == null) {
            assertThat(rejected).isNull();
        } else {
            assertThat(rejected).hasMessage(message);
        }
    }

    @Test
    void aProgressiveJpegWithoutEndIsTruncated() {
        byte[] whole = Pictures.oracle("progressive.jpg");
        byte[] endless = Arrays.copyOf(whole, whole.length + 100);
        endless[whole.length - 1] = 0;
        assertThat(TestDecoding.rejected(endless).reason()).isEqualTo(RejectionReason.TRUNCATED);
    }

    private static int indexOf(byte[] file, int marker) {
        int at = 0;
        while ((file[at] & 0xff) != 0xff || (file[at + 1] & 0xff) != marker) {
            at++;
        }
        return at;
    }

    /** A picture whose end marker is replaced. */
    private static byte[] withEnd(String name, String hex) {
        byte[] whole = Pictures.oracle(name);
        return spliced(Arrays.copyOf(whole, whole.length - 2), whole.length - 2, hex);
    }

    private static byte[] spliced(byte[] file, int at, String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        return ByteBuffer.allocate(file.length + bytes.length)
                .put(file, 0, at)
                .put(bytes)
                .put(file, at, file.length - at)
                .array();
    }
}
