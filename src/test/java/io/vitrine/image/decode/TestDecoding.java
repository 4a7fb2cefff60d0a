package io.vitrine.image.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.image.Pictures;
import io.vitrine.image.RgbImage;

/** Decodes small files for assertions. */
final class TestDecoding {
    private TestDecoding() {}

    static void assertPixels(byte[] file, int... expected) throws ImageRejectedException {
        RgbImage image = decode(file, ExifOrientation.APPLY);
        int[] actual = new int[image.length()];
        for (int i = 0; i < actual.length; i++) {
            actual[i] = image.pixels()[i] & 0xff;
        }
        assertThat(actual).isEqualTo(expected);
    }

    static ImageRejectedException rejected(byte[] file) {
        return catchThrowableOfType(ImageRejectedException.class, () -> decode(file, ExifOrientation.APPLY));
    }

    static RgbImage decode(byte[] bytes, ExifOrientation exif) throws ImageRejectedException {
        FileBytes file = Pictures.file(bytes);
        try (ImageDecoder decoder = new ImageDecoder()) {
            return decoder.decode(file, ImageHeader.read(file, ImageLimits.DEFAULT, HeicDecoding.DECODE), exif, 1);
        }
    }
}
