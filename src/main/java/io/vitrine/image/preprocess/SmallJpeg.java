package io.vitrine.image.preprocess;

import io.vitrine.Size;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;

/** Writes JPEG files for people to look at. */
public final class SmallJpeg {
    private SmallJpeg() {}

    /**
     * The JPEG file of an image.
     *
     * @param levels (height, width, 3) RGB, 8 bits each
     */
    public static byte[] of(byte[] levels, Size size) {
        BufferedImage image = new BufferedImage(size.width(), size.height(), BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < size.height(); y++) {
            for (int x = 0; x < size.width(); x++) {
                int at = 3 * (y * size.width() + x);
                image.setRGB(x, y, (levels[at] & 0xff) << 16 | (levels[at + 1] & 0xff) << 8 | levels[at + 2] & 0xff);
            }
        }
        return of(image);
    }

    static byte[] of(BufferedImage image) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "jpeg", file);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // to memory
        }
        return file.toByteArray();
    }
}
