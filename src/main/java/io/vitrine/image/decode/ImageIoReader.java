package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Locale;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** Runs one of the JDK's readers; a warning that the file is cut is an error here, as in Pillow. */
final class ImageIoReader {
    private static final Pattern CUT = Pattern.compile("(?i)truncat|premature|missing eoi");

    private ImageIoReader() {}

    /** What to take from the reader. */
    interface Read<T> {
        T from(ImageReader reader) throws IOException;
    }

    static <T> T read(ImageFormat format, FileBytes bytes, Read<T> read) throws ImageRejectedException {
        ImageReader reader = ImageIO.getImageReadersByFormatName(format.name().toLowerCase(Locale.ROOT))
                .next();
        String[] warning = new String[1];
        reader.addIIOReadWarningListener((source, message) -> {
            if (CUT.matcher(message).find()) {
                warning[0] = message;
            }
        });
        try (MemoryCacheImageInputStream in = new MemoryCacheImageInputStream(
                new ByteArrayInputStream(bytes.array(), bytes.offset(), bytes.length()))) {
            reader.setInput(in, true, true);
            T result = read.from(reader);
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
}
