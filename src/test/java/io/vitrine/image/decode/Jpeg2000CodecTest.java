package io.vitrine.image.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.image.Pictures;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Small files of all kinds, against what Pillow answers for each; {@code README.md} beside them says how they were made. */
final class Jpeg2000CodecTest {
    private static final Path FOLDER = Path.of("src/test/resources/jpeg2000");

    /** Pillow shows a smaller picture in the corner of a black one. */
    private static final String LEFT_OUT = "progressions-leave-out.j2k";

    static Stream<Map.Entry<String, String>> cases() throws IOException {
        Map<String, String> cases = new TreeMap<>();
        for (String line : Files.readAllLines(FOLDER.resolve("pillow.txt"))) {
            String[] parts = line.split(" ", 2);
            if (!parts[0].equals("Pillow") && !parts[0].equals(LEFT_OUT)) {
                cases.put(parts[0], parts[1]);
            }
        }
        return cases.entrySet().stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theAnswerIsPillows(Map.Entry<String, String> expected) throws IOException {
        assertThat(TestDecoding.answer(read(expected.getKey()))).isEqualTo(expected.getValue());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    high-throughput.j2k | UNSUPPORTED | JPEG 2000 with high-throughput code blocks (HTJ2K)
                    progressions-leave-out.j2k | UNSUPPORTED | JPEG 2000 with progressions that leave out resolutions of component 0
                    grey-srgb.jp2 | UNSUPPORTED | a JPEG 2000 of mode L with 1 components of colour space SRGB
                    other-size.jp2 | CORRUPT | JP2: its header says 38 x 29 pixels, its codestream 37 x 29
                    tile-twice.j2k | CORRUPT | JPEG 2000: tile-part 0 where number 1 of 1 is due
                    """)
    void aRefusalSaysWhy(String name, RejectionReason reason, String message) {
        assertThatThrownBy(() -> TestDecoding.decode(read(name), ExifOrientation.APPLY))
                .isInstanceOfSatisfying(ImageRejectedException.class, e -> assertThat(e.reason())
                        .isEqualTo(reason))
                .hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource({"cut.j2k", "no-end.j2k"})
    void aFileThatEndsEarlyIsTruncated(String name) {
        assertThatThrownBy(() -> ImageHeader.read(Pictures.file(read(name)), ImageLimits.DEFAULT))
                .isInstanceOfSatisfying(ImageRejectedException.class, e -> assertThat(e.reason())
                        .isEqualTo(RejectionReason.TRUNCATED));
    }

    @Test
    void theSizeIsCheckedBeforeTheTilesAreWalked() {
        assertThatThrownBy(() -> ImageHeader.read(Pictures.file(read("cut.j2k")), new ImageLimits(1 << 20, 1)))
                .isInstanceOfSatisfying(ImageRejectedException.class, e -> assertThat(e.reason())
                        .isEqualTo(RejectionReason.TOO_LARGE));
    }

    @Test
    void theNumberOfPassesIsLimited() throws IOException, ImageRejectedException {
        ImageLimits tight = new ImageLimits(1 << 20, 37 * 29);
        ImageHeader grey = ImageHeader.read(Pictures.file(read("grey.j2k")), tight);
        assertThat(grey.scannedPixels()).isEqualTo(37L * 29 * 3 * 12 / 4);
        byte[] many = read("rgba-10.jp2");
        int quantization = find(many, "\u00ff\\") + 4;
        many[quantization] |= (byte) 0xe0; // 7 guard bits
        for (int i = 1; i <= 7; i++) {
            many[quantization + i] = (byte) 0xf8; // the largest exponents
        }
        assertThatThrownBy(() -> ImageHeader.read(Pictures.file(many), tight))
                .isInstanceOfSatisfying(ImageRejectedException.class, e -> assertThat(e.reason())
                        .isEqualTo(RejectionReason.TOO_LARGE));
    }

    private static int find(byte[] file, String latin1) {
        return new String(file, StandardCharsets.ISO_8859_1).indexOf(latin1);
    }

    private static byte[] read(String name) throws IOException {
        return Files.readAllBytes(FOLDER.resolve(name));
    }
}
