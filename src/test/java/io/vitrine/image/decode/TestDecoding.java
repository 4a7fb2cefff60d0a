package io.vitrine.image.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.image.Pictures;
import io.vitrine.image.RgbImage;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

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

    /** Size and SHA-256 of the upright RGB bytes, or {@code refused}. */
    static String answer(byte[] file) {
        try {
            RgbImage image = decode(file, ExifOrientation.APPLY);
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(image.pixels(), 0, image.length());
            return image.width() + "x" + image.height() + " " + HexFormat.of().formatHex(digest.digest());
        } catch (ImageRejectedException e) {
            return "refused";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
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
