package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** Reads images with the JDK's ImageIO. Warnings of truncated data are errors, as in Pillow. */
final class ImageIoReader {
    private static final Pattern TRUNCATED = Pattern.compile("(?i)truncat|premature|missing eoi");

    private ImageIoReader() {}

    /** A call of one of the reader's methods. */
    interface ReadCall<T> {
        T read(ImageReader reader) throws IOException;
    }

    /**
     * Calls a reader.
     *
     * @param parts make the file, one after the other
     */
    static <T> T read(ImageFormat format, List<FileBytes> parts, ReadCall<T> call) throws ImageRejectedException {
        ImageReader reader = ImageIO.getImageReadersByFormatName(format.name().toLowerCase(Locale.ROOT))
                .next();
        String[] warning = new String[1];
        reader.addIIOReadWarningListener((source, message) -> {
            if (TRUNCATED.matcher(message).find()) {
                warning[0] = message;
            }
        });
        try (MemoryCacheImageInputStream in = new MemoryCacheImageInputStream(stream(parts))) {
            reader.setInput(in, true, true);
            T result = call.read(reader);
            if (warning[0] != null) {
                throw new ImageRejectedException(
                        RejectionReason.CORRUPT, format + " data cannot be decoded: " + warning[0]);
            }
            return result;
        } catch (IOException | RuntimeException e) {
            throw new ImageRejectedException(
                    RejectionReason.CORRUPT, format + " data cannot be decoded: " + e.getMessage());
        } finally {
            reader.dispose();
        }
    }

    private static InputStream stream(List<FileBytes> parts) {
        return new SequenceInputStream(Collections.enumeration(parts.stream()
                .map(part -> new ByteArrayInputStream(part.array(), part.offset(), part.length()))
                .toList()));
    }
}
