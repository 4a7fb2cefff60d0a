package io.vitrine.image.decode;

import static io.vitrine.image.decode.TestDecoding.assertPixels;
import static io.vitrine.image.decode.TestDecoding.decode;
import static io.vitrine.image.decode.TestDecoding.rejected;
import static io.vitrine.image.decode.TestPng.deflated;
import static io.vitrine.image.decode.TestPng.numbers;
import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.image.Pictures;
import io.vitrine.image.RgbImage;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PNGs with oddities that Pillow reads, and with damage that it refuses. Answers are Pillow 12.3's. */
final class PngCodecTest {
    private static final int GREY = 0;
    private static final int RGB = 2;
    private static final int PALETTE = 3;
    private static final int WRONG = 0x12345678;
    private static final int[] TWO_GREYS = {7, 7, 7, 9, 9, 9};

    private static TestPng greys() {
        return TestPng.of(2, 1, 8, GREY);
    }

    private static byte[] greysAfter(String type, int... data) {
        byte[] bytes = new byte[data.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) data[i];
        }
        return greys().chunk(type, bytes).rows(0, 7, 9).end();
    }

    @Test
    void checksumsOfPixelsAndOfTheEndDoNotCount() throws ImageRejectedException {
        byte[] file = greys().chunk("IDAT", WRONG, deflated(0, 7, 9))
                .chunk("IEND", WRONG)
                .build();
        assertPixels(file, TWO_GREYS);
        assertPixels(Arrays.copyOf(file, file.length - 4), TWO_GREYS);
        assertPixels(Arrays.copyOf(file, file.length - 14), TWO_GREYS); // no end, half a checksum
    }

    @Test
    void unknownChunksArePassedOver() throws ImageRejectedException {
        assertPixels(greysAfter("ABCD", 1), TWO_GREYS);
        assertPixels(greysAfter("a_9x", 1), TWO_GREYS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ABCD", "prIV", "PLTE", "acTL", "eXIf"})
    void aWrongChecksumBeforeThePixelsIsCorrupt(String type) {
        byte[] file = greys().chunk(type, WRONG, new byte[8]).rows(0, 7, 9).end();
        assertThat(rejected(file).reason()).isEqualTo(RejectionReason.CORRUPT);
        assertThat(rejected(file)).hasMessage("PNG has a wrong checksum in the chunk " + type + ", at byte 41");
    }

    /** Pillow refuses these. No pixel depends on them. */
    @ParameterizedTest
    @ValueSource(strings = {"tEXt", "iTXt", "tIME", "gAMA", "cHRM"})
    void aWrongChecksumOfADescriptiveChunkDoesNotCount(String type) throws ImageRejectedException {
        assertPixels(greys().chunk(type, WRONG, new byte[4]).rows(0, 7, 9).end(), TWO_GREYS);
    }

    @Test
    void aTextWithTheOrientationNeedsItsChecksum() {
        byte[] profile = "Raw profile type exif\0".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(rejected(greys().chunk("tEXt", WRONG, profile).rows(0, 7, 9).end()))
                .hasMessageStartingWith("PNG has a wrong checksum");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gAMA", "sRGB", "pHYs", "acTL", "fcTL", "tRNS", "IHDR"})
    void aChunkThatIsTooShortIsCorruptAnywhere(String type) {
        assertThat(rejected(greysAfter(type)).reason()).isEqualTo(RejectionReason.CORRUPT);
        byte[] behind = greys().rows(0, 7, 9).chunk(type).end();
        assertThat(rejected(behind)).hasMessage("PNG has a chunk " + type + " with 0 bytes, at byte 64");
    }

    @Test
    void compressionMethodsThatDoNotExistAreCorrupt() {
        assertThat(rejected(greysAfter("zTXt", 'a', 0, 1)))
                .hasMessageContaining("chunk zTXt with compression method 1");
        assertThat(rejected(greysAfter("iCCP", 'a', 0, 1)))
                .hasMessageContaining("chunk iCCP with compression method 1");
        assertThat(rejected(greysAfter("iCCP"))).hasMessageContaining("chunk iCCP with no compression method");
        assertThat(rejected(greysAfter("cHRM", 1, 2, 3))).hasMessageContaining("chunk cHRM with 3 bytes");
    }

    @Test
    void missingRowsAreOfZerosIfTheDataEndProperly() throws ImageRejectedException {
        assertPixels(TestPng.of(1, 3, 8, GREY).rows(0, 7).end(), 7, 7, 7, 0, 0, 0, 0, 0, 0);
        byte[] palette =
                TestPng.of(1, 2, 8, PALETTE).chunk("PLTE", "abcdef").rows(0, 1).end();
        assertPixels(palette, 'd', 'e', 'f', 'a', 'b', 'c');
    }

    @Test
    void aRowThatEndsTooEarlyIsCorrupt() {
        assertThat(rejected(TestPng.of(2, 2, 8, GREY).rows(0, 7, 9, 0, 1).end()))
                .hasMessage("PNG has too few pixels");
    }

    @Test
    void dataThatCannotBeInflatedAreCorrupt() {
        byte[] data = deflated(0, 7, 9);
        data[data.length - 1]++; // its checksum
        ImageRejectedException rejected = rejected(greys().chunk("IDAT", data).end());
        assertThat(rejected.reason()).isEqualTo(RejectionReason.CORRUPT);
        assertThat(rejected).hasMessage("PNG data cannot be decoded: incorrect data check");
    }

    @Test
    void aFilterThatDoesNotExistIsCorrupt() {
        assertThat(rejected(greys().rows(5, 7, 9).end())).hasMessage("PNG has a row with the filter 5");
    }

    @Test
    void dataMayBeInManyChunks() throws ImageRejectedException {
        byte[] data = deflated(0, 7, 9);
        TestPng png = greys();
        for (byte b : data) {
            png.chunk("IDAT").chunk("IDAT", b);
        }
        assertPixels(png.end(), TWO_GREYS);
    }

    @Test
    void anImageWithoutPaletteIsBlack() throws ImageRejectedException {
        assertPixels(TestPng.of(2, 1, 8, PALETTE).rows(0, 0, 1).end(), 0, 0, 0, 0, 0, 0);
    }

    @Test
    void theLastPaletteBeforeThePixelsCounts() throws ImageRejectedException {
        TestPng png = TestPng.of(2, 1, 8, PALETTE).chunk("PLTE", "abcdef").chunk("PLTE", "xyz");
        assertPixels(png.rows(0, 0, 1).chunk("PLTE", "ghijkl").end(), 'x', 'y', 'z', 0, 0, 0);
    }

    @Test
    void aPaletteOfMoreThan256ColoursIsCorrupt() throws ImageRejectedException {
        byte[] colours = new byte[771];
        assertThat(rejected(TestPng.of(1, 1, 8, PALETTE)
                        .chunk("PLTE", colours)
                        .rows(0, 0)
                        .end()))
                .hasMessage("PNG has a palette of 771 bytes");
        assertPixels(
                TestPng.of(1, 1, 8, RGB).chunk("PLTE", colours).rows(0, 1, 2, 3).end(), 1, 2, 3);
    }

    @Test
    void theFirstFrameLiesOnBlack() throws ImageRejectedException {
        byte[] file = TestPng.of(3, 2, 8, GREY).frame(0, 1, 1, 1, 1).rows(0, 7).end();
        assertPixels(file, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7, 7, 7, 0, 0, 0);
    }

    @Test
    void theDefaultImageIsReadIfItIsNoFrame() throws ImageRejectedException {
        byte[] file = greys().chunk("acTL", numbers(1, 0))
                .rows(0, 7, 9)
                .frame(0, 2, 1, 0, 0)
                .chunk("fdAT", numbers(1))
                .end();
        assertPixels(file, TWO_GREYS);
    }

    @Test
    void samplesOf16BitsKeepTheirHighBytesInAnimationsToo() throws ImageRejectedException {
        TestPng png = TestPng.of(1, 1, 16, 6).chunk("acTL", numbers(2, 0)).frame(0, 1, 1, 0, 0);
        assertPixels(
                png.rows(0, 11, 255, 22, 255, 33, 255, 0, 0)
                        .frame(1, 1, 1, 0, 0)
                        .end(),
                11,
                22,
                33);
    }

    @Test
    void framesOutOfOrderAreCorruptUnlessTheAnimationIsOne() throws ImageRejectedException {
        TestPng still = greys().rows(0, 7, 9).frame(5, 2, 1, 0, 0);
        assertThat(rejected(still.end())).hasMessageContaining("chunk fcTL with another number than its place");
        assertPixels(
                greys().chunk("acTL", numbers(1, 0))
                        .rows(0, 7, 9)
                        .frame(5, 2, 1, 0, 0)
                        .end(),
                TWO_GREYS);
    }

    @Test
    void aFrameThatLeavesTheImageIsCorrupt() {
        assertThat(rejected(greys().frame(0, 2, 1, 1, 0).rows(0, 7, 9).end()))
                .hasMessageContaining("chunk fcTL with a frame that leaves the image");
        assertThat(rejected(greys().frame(0, 0, 1, 1, 0).rows(0, 7, 9).end()))
                .hasMessage("PNG has a frame of 0 x 1 pixels");
    }

    @Test
    void imagesWithoutHeaderOrPixelsAreCorrupt() {
        assertThat(rejected(greys().end())).hasMessage("PNG has no pixels");
        assertThat(rejected(TestPng.of(1, 1, 3, GREY).rows(0, 0).end())).hasMessage("PNG has no valid header (IHDR)");
    }

    @Test
    void interlacedRowsOfAFewPixelsSkipEmptyPasses() throws ImageRejectedException {
        // passes: the pixel at (0, 0), then (0, 2), then (1, 0), then row 1 without filter
        byte[] file =
                TestPng.interlaced(2, 2, 8, GREY).rows(0, 1, 0, 2, 0, 3, 4).end();
        assertPixels(file, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bilevel", "gray", "gray_alpha", "palette", "palette_trns", "rgb", "rgba", "one_pixel"})
    void pixelsAreThoseOfLibpng(String name) throws ImageRejectedException {
        byte[] file = Pictures.oracle(name + ".png");
        RgbImage image = decode(file, ExifOrientation.IGNORE);
        try (OpenCvDecoder libpng = new OpenCvDecoder()) {
            PngHeader header = PngHeader.read(Pictures.file(file));
            RgbImage expected = libpng.decode(List.of(Pictures.file(file)), header);
            assertThat(Arrays.copyOf(image.pixels(), image.length()))
                    .isEqualTo(Arrays.copyOf(expected.pixels(), expected.length()));
        }
    }
}
