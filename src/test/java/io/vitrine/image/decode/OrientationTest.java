package io.vitrine.image.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.image.Pictures;
import io.vitrine.image.RgbImage;
import io.vitrine.image.preprocess.ImagePreprocessor;
import io.vitrine.image.preprocess.Preprocessing;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OrientationTest {
    /** Two rows of three pixels, 1 to 6; what each orientation makes of them. */
    @ParameterizedTest
    @CsvSource({
        "1, 3, 123456", "2, 3, 321654", "3, 3, 654321", "4, 3, 456123",
        "5, 2, 142536", "6, 2, 415263", "7, 2, 635241", "8, 2, 362514"
    })
    void allEightTurnPixelsUpright(int orientation, int width, String expected) {
        byte[] pixels = new byte[18];
        for (int i = 0; i < 18; i++) {
            pixels[i] = (byte) (i / 3 + 1);
        }
        RgbImage upright = Orientation.upright(new RgbImage(pixels, 3, 2), orientation);
        StringBuilder actual = new StringBuilder();
        for (int i = 0; i < 18; i += 3) {
            actual.append(upright.pixels()[i]);
        }
        assertThat(upright.width()).isEqualTo(width);
        assertThat(actual).hasToString(expected);
    }

    @Test
    void exifIsFoundInJpegPngAndWebp() throws ImageRejectedException {
        assertThat(orientation(Pictures.oracle("exif6.jpg"))).isEqualTo(6);
        assertThat(orientation(withPngChunk("eXIf", tiff(6)))).isEqualTo(6);
        assertThat(orientation(withPngChunk("eXIf", new byte[] {'I', 'I', 42, 0, 1})))
                .isEqualTo(1); // cut
    }

    @Test
    void xmpIsReadWhereThereIsNoExif() throws ImageRejectedException {
        byte[] xmp = "XML:com.adobe.xmp\0\0\0\0\0<x tiff:Orientation=\"8\"/>".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(orientation(withPngChunk("iTXt", xmp))).isEqualTo(8);
    }

    @Test
    void ignoringExifKeepsTheStoredPixels() throws ImageRejectedException {
        Preprocessing plain = new Preprocessing("none", null, null, null, 1, List.of(0f, 0f, 0f), List.of(1f, 1f, 1f));
        FileBytes bytes = Pictures.file(Pictures.oracle("exif6.jpg"));
        assertThat(new ImagePreprocessor(plain, ImageLimits.DEFAULT, new DecodeOptions(false, false))
                        .prepare(bytes, ImageHeader.read(bytes, ImageLimits.DEFAULT))
                        .size())
                .hasToString("90x120");
        assertThat(new ImagePreprocessor(plain, ImageLimits.DEFAULT, DecodeOptions.STANDARD)
                        .prepare(bytes, ImageHeader.read(bytes, ImageLimits.DEFAULT))
                        .size())
                .hasToString("120x90");
    }

    private static int orientation(byte[] bytes) throws ImageRejectedException {
        return ImageHeader.read(Pictures.file(bytes), ImageLimits.DEFAULT).orientation();
    }

    private static byte[] tiff(int orientation) {
        return new byte[] {
            'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, 18, 0, 3, 0, 0, 0, 1, 0, (byte) orientation, 0, 0, 0, 0, 0, 0
        };
    }

    /** A chunk between the header and the rest; its checksum is not looked at here. */
    private static byte[] withPngChunk(String type, byte[] data) {
        byte[] png = Pictures.oracle("rgb.png");
        java.nio.ByteBuffer out = java.nio.ByteBuffer.allocate(png.length + 12 + data.length);
        out.put(png, 0, 33)
                .putInt(data.length)
                .put(type.getBytes(StandardCharsets.ISO_8859_1))
                .put(data)
                .putInt(0)
                .put(png, 33, png.length - 33);
        return out.array();
    }
}
