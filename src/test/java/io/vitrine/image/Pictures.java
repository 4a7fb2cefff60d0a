package io.vitrine.image;

import io.vitrine.FileBytes;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.ImageIO;

/** Image files for tests: the oracle's, and drawn ones. */
public final class Pictures {
    private Pictures() {}

    /** An image of the oracle. */
    public static byte[] oracle(String name) {
        try {
            return Files.readAllBytes(Path.of("src/test/resources/oracle/images", name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file as the pipeline holds it: in an array that has other bytes before and after it. */
    public static FileBytes file(byte[] bytes) {
        byte[] other = oracle("exif6.jpg");
        byte[] array = new byte[3 + bytes.length + other.length];
        System.arraycopy(bytes, 0, array, 3, bytes.length);
        System.arraycopy(other, 0, array, 3 + bytes.length, other.length);
        return new FileBytes(array, 3, bytes.length);
    }

    /** A smooth picture with some noise, encoded by the JDK. Each seed gives another picture. */
    public static byte[] drawn(String format, int width, int height, long seed) {
        Random random = new Random(seed);
        double a = random.nextDouble() * 0.2;
        double b = random.nextDouble() * 0.2;
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int red = (int) (128 + 100 * Math.sin(a * x + seed));
                int green = (int) (128 + 100 * Math.cos(b * y - seed));
                int blue = (red + green + random.nextInt(40)) / 2;
                image.setRGB(x, y, red << 16 | green << 8 | Math.min(255, blue));
            }
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, format, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
