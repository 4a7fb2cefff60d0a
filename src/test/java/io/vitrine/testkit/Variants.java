package io.vitrine.testkit;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;

/** What happens to pictures on their way: other JPEG qualities, other sizes, a border that is cut off. */
public enum Variants {
    JPEG_75,
    JPEG_30,
    THREE_QUARTERS,
    HALF,
    CROPPED_2_PERCENT,
    CROPPED_5_PERCENT;

    /** The variant of a file that the JDK can read, as a JPEG file. */
    public byte[] of(byte[] file) {
        try {
            BufferedImage image = ImageIO.read(new ByteArrayInputStream(file));
            int width = image.getWidth();
            int height = image.getHeight();
            return switch (this) {
                case JPEG_75 -> jpeg(part(image, 0, 0, width, height, 1), 0.75f);
                case JPEG_30 -> jpeg(part(image, 0, 0, width, height, 1), 0.3f);
                case THREE_QUARTERS -> jpeg(part(image, 0, 0, width, height, 0.75), 0.9f);
                case HALF -> jpeg(part(image, 0, 0, width, height, 0.5), 0.9f);
                case CROPPED_2_PERCENT -> jpeg(cropped(image, 0.02), 0.9f);
                case CROPPED_5_PERCENT -> jpeg(cropped(image, 0.05), 0.9f);
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Without a part of its width at the left and of its height at the top. */
    private static BufferedImage cropped(BufferedImage image, double share) {
        int x = (int) Math.ceil(image.getWidth() * share);
        int y = (int) Math.ceil(image.getHeight() * share);
        return part(image, x, y, image.getWidth() - x, image.getHeight() - y, 1);
    }

    private static BufferedImage part(BufferedImage image, int x, int y, int width, int height, double scale) {
        BufferedImage part = new BufferedImage(
                (int) Math.round(width * scale), (int) Math.round(height * scale), BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = part.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        graphics.drawImage(image, 0, 0, part.getWidth(), part.getHeight(), x, y, x + width, y + height, null);
        graphics.dispose();
        return part;
    }

    private static byte[] jpeg(BufferedImage image, float quality) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (var out = ImageIO.createImageOutputStream(bytes)) {
            ImageWriteParam parameters = writer.getDefaultWriteParam();
            parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            parameters.setCompressionQuality(quality);
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), parameters);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }
}
