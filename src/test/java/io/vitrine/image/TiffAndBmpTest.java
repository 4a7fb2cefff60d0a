package io.vitrine.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.image.decode.ImageDecoder;
import io.vitrine.image.decode.ImageHeader;
import io.vitrine.image.decode.ImageLimits;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Kinds of TIFF and BMP that the oracle lacks, against Pillow's rules worked out by hand. */
final class TiffAndBmpTest {
    private static final int[] SIX = {1, 2, 3, 11, 12, 13, 21, 22, 23, 31, 32, 33, 41, 42, 43, 51, 52, 53};

    @Test
    void plainRgbIsKept() throws ImageRejectedException {
        assertPixels(Encoders.tiff(3, 2, 8, 3, 2, -1, 1, SIX, null), SIX);
    }

    @Test
    void deepRgbKeepsTheHighByte() throws ImageRejectedException {
        int[] samples = {255, 128, 65535, 257, 384, 32768};
        assertPixels(Encoders.tiff(2, 1, 16, 3, 2, -1, 1, samples, null), 0, 0, 255, 1, 1, 128);
    }

    @Test
    void deepGreyIsClipped() throws ImageRejectedException {
        assertPixels(
                Encoders.tiff(2, 2, 16, 1, 1, -1, 1, new int[] {3, 255, 256, 65535}, null),
                3,
                3,
                3,
                255,
                255,
                255,
                255,
                255,
                255,
                255,
                255,
                255);
    }

    @Test
    void greyMayBeWhiteFirst() throws ImageRejectedException {
        assertPixels(Encoders.tiff(2, 1, 8, 1, 0, -1, 1, new int[] {0, 200}, null), 255, 255, 255, 55, 55, 55);
        assertPixels(Encoders.tiff(2, 1, 8, 1, 1, -1, 1, new int[] {0, 200}, null), 0, 0, 0, 200, 200, 200);
    }

    @Test
    void alphaIsDroppedAndPremultipliedAlphaDividedOut() throws ImageRejectedException {
        int[] samples = {10, 20, 30, 40, 50, 60, 70, 0};
        assertPixels(Encoders.tiff(2, 1, 8, 4, 2, 2, 1, samples, null), 10, 20, 30, 50, 60, 70);
        int[] premultiplied = {10, 20, 30, 40, 50, 60, 70, 255, 1, 2, 3, 0};
        assertPixels(
                Encoders.tiff(3, 1, 8, 4, 2, 1, 1, premultiplied, null),
                255 * 10 / 40,
                255 * 20 / 40,
                255 * 30 / 40,
                50,
                60,
                70,
                0,
                0,
                0);
        assertPixels(Encoders.tiff(2, 1, 8, 2, 1, 2, 1, new int[] {10, 40, 20, 0}, null), 10, 10, 10, 20, 20, 20);
    }

    @Test
    void inksAreMultipliedWithRounding() throws ImageRejectedException {
        int[] inks = {10, 100, 200, 50, 255, 0, 0, 0};
        assertPixels(Encoders.tiff(2, 1, 8, 4, 5, -1, 1, inks, null), 197, 125, 44, 0, 255, 255);
    }

    @Test
    void palettesKeepTheHighByte() throws ImageRejectedException {
        int[] palette = new int[768];
        palette[1] = 65280; // red of colour 1
        palette[256 + 1] = 384;
        palette[512 + 2] = 257;
        assertPixels(Encoders.tiff(2, 1, 8, 1, 3, -1, 1, new int[] {1, 2}, palette), 255, 1, 0, 0, 0, 1);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 3, 123456", "2, 3, 321654", "3, 3, 654321", "4, 3, 456123",
        "5, 2, 142536", "6, 2, 415263", "7, 2, 635241", "8, 2, 362514"
    })
    void tiffsAreTurnedWhateverIsAskedAndWhoeverDecodesThem(int orientation, int width, String expected)
            throws ImageRejectedException {
        int[] rgb = new int[18];
        int[] deep = new int[18];
        for (int i = 0; i < 18; i++) {
            rgb[i] = i / 3 + 1;
            deep[i] = (i / 3 + 1) << 8;
        }
        for (boolean apply : new boolean[] {true, false}) {
            for (byte[] file : List.of(
                    Encoders.tiff(3, 2, 8, 3, 2, -1, orientation, rgb, null),
                    Encoders.tiff(3, 2, 16, 3, 2, -1, orientation, deep, null))) {
                RgbImage image = decode(file, apply);
                StringBuilder actual = new StringBuilder();
                for (int i = 0; i < 18; i += 3) {
                    actual.append(image.pixels()[i]);
                }
                assertThat(image.width()).isEqualTo(width);
                assertThat(actual).hasToString(expected);
            }
        }
    }

    @Test
    void whatIsNotConvertedIsUnsupportedByName() {
        byte[] lab = Encoders.tiff(2, 1, 8, 3, 8, -1, 1, new int[6], null);
        ImageRejectedException rejected =
                org.junit.jupiter.api.Assertions.assertThrows(ImageRejectedException.class, () -> decode(lab, true));
        assertThat(rejected.reason()).isEqualTo(RejectionReason.UNSUPPORTED);
        assertThat(rejected).hasMessage("TIFF with photometric interpretation 8, 3 samples of 8 bits");
    }

    @Test
    void aDirectoryBeforeItsPixelsDoesNotHideThatTheyAreCut() {
        byte[] whole = Encoders.tiff(30, 20, 8, 3, 2, -1, 1, new int[1800], null);
        ImageRejectedException rejected = org.junit.jupiter.api.Assertions.assertThrows(
                ImageRejectedException.class, () -> decode(Arrays.copyOf(whole, whole.length - 100), true));
        assertThat(rejected.reason()).isEqualTo(RejectionReason.TRUNCATED);
    }

    @Test
    void theFirstOfTwoTagsCounts() throws ImageRejectedException {
        byte[] twice = Encoders.tiff(3, 2, 8, 3, 2, -1, 1, SIX, null);
        twice[10 + 12 * 6] = 0; // orientation becomes a second width, of one pixel
        twice[10 + 12 * 6 + 1] = 1;
        assertThat(ImageHeader.read(Pictures.file(twice), ImageLimits.DEFAULT).width())
                .isEqualTo(3);
    }

    @Test
    void bitmapsOfEveryDepthAndDirection() throws ImageRejectedException {
        int[] colours = {0x112233, 0x445566, 0x778899, 0xaabbcc, 0xddeeff, 0x010203};
        int[] expected = {
            0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff, 1, 2, 3
        };
        for (boolean topDown : new boolean[] {false, true}) {
            assertPixels(Encoders.bmp(3, 2, 24, topDown, colours), expected);
            assertPixels(Encoders.bmp(3, 2, 32, topDown, colours), expected);
            assertPixels(
                    Encoders.bmp(4, 1, 16, topDown, new int[] {0x7fff, 0x7c00, 0x03e0, 0x0011}),
                    255,
                    255,
                    255,
                    255,
                    0,
                    0,
                    0,
                    255,
                    0,
                    0,
                    0,
                    17 * 255 / 31);
        }
        byte[] whole = Encoders.bmp(3, 2, 24, false, colours);
        ImageRejectedException rejected = org.junit.jupiter.api.Assertions.assertThrows(
                ImageRejectedException.class, () -> decode(Arrays.copyOf(whole, whole.length - 4), true));
        assertThat(rejected.reason()).isEqualTo(RejectionReason.TRUNCATED);
    }

    private static void assertPixels(byte[] file, int... expected) throws ImageRejectedException {
        RgbImage image = decode(file, true);
        int[] actual = new int[image.length()];
        for (int i = 0; i < actual.length; i++) {
            actual[i] = image.pixels()[i] & 0xff;
        }
        assertThat(actual).isEqualTo(expected);
    }

    private static RgbImage decode(byte[] bytes, boolean applyExif) throws ImageRejectedException {
        FileBytes file = Pictures.file(bytes);
        return new ImageDecoder().decode(file, ImageHeader.read(file, ImageLimits.DEFAULT), applyExif, 1);
    }
}
