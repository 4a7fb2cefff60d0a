package io.vitrine.image.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.image.Pictures;
import io.vitrine.image.RgbImage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OrientationTest {
    /** Stored are two rows of three pixels, 1 to 6. */
    @ParameterizedTest
    @CsvSource({
        "1, 3, 123456", "2, 3, 321654", "3, 3, 654321", "4, 3, 456123",
        "5, 2, 142536", "6, 2, 415263", "7, 2, 635241", "8, 2, 362514"
    })
    void pixelsAreTurnedUpright(int orientation, int width, String expected) {
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
    void exifIsFoundInAJpeg() throws ImageRejectedException {
        assertThat(orientation(Pictures.oracle("exif6.jpg"))).isEqualTo(6);
    }

    @Test
    void exifIsFoundInAPng() throws ImageRejectedException {
        assertThat(orientation(withPngChunk("eXIf", tiff(6)))).isEqualTo(6);
    }

    @Test
    void exifThatIsCutOffCountsAsUpright() throws ImageRejectedException {
        assertThat(orientation(withPngChunk("eXIf", new byte[] {'I', 'I', 42, 0, 1})))
                .isEqualTo(1);
    }

    @Test
    void xmpIsReadIfThereIsNoExif() throws ImageRejectedException {
        byte[] xmp = "XML:com.adobe.xmp\0\0\0\0\0<x tiff:Orientation=\"8\"/>".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(orientation(withPngChunk("iTXt", xmp))).isEqualTo(8);
    }

    @Test
    void ignoringExifKeepsPixelsAsStored() throws ImageRejectedException {
        assertThat(decodedSize(ExifOrientation.IGNORE)).isEqualTo("90x120");
        assertThat(decodedSize(ExifOrientation.APPLY)).isEqualTo("120x90");
    }

    private static String decodedSize(ExifOrientation exif) throws ImageRejectedException {
        FileBytes file = Pictures.file(Pictures.oracle("exif6.jpg"));
        ImageHeader header = ImageHeader.read(file, ImageLimits.DEFAULT);
        try (ImageDecoder decoder = new ImageDecoder()) {
            String size = decoder.decode(file, header, exif, 1).size().toString();
            assertThat(header.decodedSize(exif)).hasToString(size);
            return size;
        }
    }

    private static int orientation(byte[] bytes) throws ImageRejectedException {
        return ImageHeader.read(Pictures.file(bytes), ImageLimits.DEFAULT).orientation();
    }

    private static byte[] tiff(int orientation) {
        return new byte[] {
            'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, 18, 0, 3, 0, 0, 0, 1, 0, (byte) orientation, 0, 0, 0, 0, 0, 0
        };
    }

    /** A PNG with a chunk after its header. The chunk's checksum is wrong, but only the header is read here. */
    private static byte[] withPngChunk(String type, byte[] data) {
        byte[] png = Pictures.oracle("rgb.png");
        ByteBuffer out = ByteBuffer.allocate(png.length + 12 + data.length);
        out.put(png, 0, 33)
                .putInt(data.length)
                .put(type.getBytes(StandardCharsets.ISO_8859_1))
                .put(data)
                .putInt(0)
                .put(png, 33, png.length - 33);
        return out.array();
    }
}
