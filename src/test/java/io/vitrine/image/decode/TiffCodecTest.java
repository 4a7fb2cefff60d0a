package io.vitrine.image.decode;

import static io.vitrine.image.decode.TestDecoding.assertPixels;
import static io.vitrine.image.decode.TestDecoding.decode;
import static io.vitrine.image.decode.TestDecoding.rejected;
import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.image.Pictures;
import io.vitrine.image.RgbImage;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Kinds of TIFF that the oracle lacks. Expected pixels follow Pillow's rules, worked out by hand. */
final class TiffCodecTest {
    private static final int WHITE_IS_ZERO = 0;
    private static final int BLACK_IS_ZERO = 1;
    private static final int RGB = 2;
    private static final int PALETTE = 3;
    private static final int CMYK = 5;
    private static final int ICCLAB = 9;
    private static final int PREMULTIPLIED_ALPHA = 1;
    private static final int ALPHA = 2;

    private static final int[] SIX = {1, 2, 3, 11, 12, 13, 21, 22, 23, 31, 32, 33, 41, 42, 43, 51, 52, 53};

    @Test
    void plainRgbIsKept() throws ImageRejectedException {
        assertPixels(new TestTiff(3, 2).encode(SIX), SIX);
    }

    @Test
    void deepRgbKeepsItsHighByte() throws ImageRejectedException {
        byte[] file = new TestTiff(2, 1).bits(16).encode(255, 128, 65535, 257, 384, 32768);
        assertPixels(file, 0, 0, 255, 1, 1, 128);
    }

    @Test
    void deepGreyIsClipped() throws ImageRejectedException {
        byte[] file = new TestTiff(2, 2).bits(16).pixel(1, BLACK_IS_ZERO).encode(3, 255, 256, 65535);
        assertPixels(file, 3, 3, 3, 255, 255, 255, 255, 255, 255, 255, 255, 255);
    }

    @Test
    void greyIsInvertedIfWhiteIsZero() throws ImageRejectedException {
        assertPixels(new TestTiff(2, 1).pixel(1, WHITE_IS_ZERO).encode(0, 200), 255, 255, 255, 55, 55, 55);
        assertPixels(new TestTiff(2, 1).pixel(1, BLACK_IS_ZERO).encode(0, 200), 0, 0, 0, 200, 200, 200);
    }

    @Test
    void alphaIsDropped() throws ImageRejectedException {
        byte[] rgb = new TestTiff(2, 1).pixel(4, RGB).extraSample(ALPHA).encode(10, 20, 30, 40, 50, 60, 70, 0);
        assertPixels(rgb, 10, 20, 30, 50, 60, 70);
        byte[] grey =
                new TestTiff(2, 1).pixel(2, BLACK_IS_ZERO).extraSample(ALPHA).encode(10, 40, 20, 0);
        assertPixels(grey, 10, 10, 10, 20, 20, 20);
    }

    @Test
    void premultipliedAlphaIsDividedOut() throws ImageRejectedException {
        byte[] file = new TestTiff(3, 1)
                .pixel(4, RGB)
                .extraSample(PREMULTIPLIED_ALPHA)
                .encode(10, 20, 30, 40, 50, 60, 70, 255, 1, 2, 3, 0);
        assertPixels(file, 255 * 10 / 40, 255 * 20 / 40, 255 * 30 / 40, 50, 60, 70, 0, 0, 0);
    }

    @Test
    void cmykIsMultipliedWithRounding() throws ImageRejectedException {
        byte[] file = new TestTiff(2, 1).pixel(4, CMYK).encode(10, 100, 200, 50, 255, 0, 0, 0);
        assertPixels(file, 197, 125, 44, 0, 255, 255);
    }

    @Test
    void palettesKeepTheirHighByte() throws ImageRejectedException {
        int[] palette = new int[768];
        palette[1] = 65280; // red of colour 1
        palette[256 + 1] = 384;
        palette[512 + 2] = 257;
        byte[] file = new TestTiff(2, 1).pixel(1, PALETTE).palette(palette).encode(1, 2);
        assertPixels(file, 255, 1, 0, 0, 0, 1);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 3, 123456", "2, 3, 321654", "3, 3, 654321", "4, 3, 456123",
        "5, 2, 142536", "6, 2, 415263", "7, 2, 635241", "8, 2, 362514"
    })
    void tiffsAreAlwaysTurnedUpright(int orientation, int width, String expected) throws ImageRejectedException {
        int[] plain = new int[18];
        int[] deep = new int[18];
        for (int i = 0; i < 18; i++) {
            plain[i] = i / 3 + 1;
            deep[i] = (i / 3 + 1) << 8;
        }
        for (ExifOrientation exif : ExifOrientation.values()) {
            assertUpright(new TestTiff(3, 2).orientation(orientation).encode(plain), exif, width, expected);
            assertUpright(new TestTiff(3, 2).bits(16).orientation(orientation).encode(deep), exif, width, expected);
        }
    }

    private static void assertUpright(byte[] file, ExifOrientation exif, int width, String expected)
            throws ImageRejectedException {
        RgbImage image = decode(file, exif);
        StringBuilder actual = new StringBuilder();
        for (int i = 0; i < 18; i += 3) {
            actual.append(image.pixels()[i]);
        }
        assertThat(image.width()).isEqualTo(width);
        assertThat(actual).hasToString(expected);
    }

    @Test
    void unsupportedSamplesAreNamed() {
        ImageRejectedException rejected =
                rejected(new TestTiff(2, 1).pixel(3, ICCLAB).encode(new int[6]));
        assertThat(rejected.reason()).isEqualTo(RejectionReason.UNSUPPORTED);
        assertThat(rejected)
                .hasMessage("TIFF with photometric interpretation 9 and 3 samples of 8 bits is not supported");
    }

    @Test
    void unsupportedCompressionsAreNamed() {
        byte[] file = new TestTiff(3, 2).encode(SIX);
        file[10 + 12 * 3 + 8] = (byte) 34_887; // the value of the compression tag
        file[10 + 12 * 3 + 9] = (byte) (34_887 >> 8);
        assertThat(rejected(file)).hasMessage("TIFF with compression 34887 (LERC) is not supported");
    }

    @Test
    void aFileWithoutItsLastPixelsIsTruncated() {
        byte[] whole = new TestTiff(30, 20).encode(new int[1800]);
        assertThat(rejected(Arrays.copyOf(whole, whole.length - 100)).reason()).isEqualTo(RejectionReason.TRUNCATED);
    }

    @Test
    void theLastOfTwoEqualTagsCounts() throws ImageRejectedException {
        byte[] twice = new TestTiff(3, 2).encode(SIX);
        twice[10 + 12 * 6] = 0; // orientation becomes a second width, of one pixel
        twice[10 + 12 * 6 + 1] = 1;
        assertThat(ImageHeader.read(Pictures.file(twice), ImageLimits.DEFAULT).width())
                .isEqualTo(1);
    }
}
