package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Finds how a PNG is stored: in EXIF ({@code eXIf}, or a text of ImageMagick's with its bytes in hexadecimal) or XMP (an
 * international text), before or after the pixels, compressed or not. Of several the last counts, as in Pillow.
 */
final class PngMetadata {
    private static final int SIGNATURE_BYTES = 8;
    private static final int MAX_TEXT_BYTES = 1 << 20; // Pillow refuses longer texts
    private static final int MAX_INFLATED_BYTES = 8 << 20; // of all texts
    private static final int RAW_PROFILE_LINES = 3; // an empty line, the name, the length

    private final FileBytes file;
    private Optional<FileBytes> exif = Optional.empty();
    private Optional<FileBytes> rawProfile = Optional.empty();
    private Optional<FileBytes> xmp = Optional.empty();
    private int inflatedBytes;

    private PngMetadata(FileBytes file) {
        this.file = file;
    }

    /**
     * The orientation.
     *
     * @param file starts with a PNG's signature
     * @param layout what comes before its pixels
     * @return 1 to 8
     */
    static int orientation(FileBytes file, PngChunkRules layout) throws ImageRejectedException {
        PngMetadata metadata = new PngMetadata(file);
        metadata.read(layout);
        return Orientation.of(
                metadata.exif.or(() -> metadata.rawProfile.map(PngMetadata::rawProfileBytes)), metadata.xmp);
    }

    /** Walks as {@link PngStream} does: a chunk counts if its data are there, with or without its checksum. */
    private void read(PngChunkRules layout) throws ImageRejectedException {
        boolean inPixels = false;
        Optional<PngChunk> next = PngChunk.at(file, SIGNATURE_BYTES);
        while (next.isPresent() && next.get().end() <= file.length()) {
            PngChunk chunk = next.get();
            if (chunk.is("IEND") || chunk.is("fcTL") && inPixels && layout.isAnimated()) {
                return; // Pillow reads no further: the next frame begins
            }
            inPixels |= chunk.isPixels();
            add(chunk.type(), chunk.content());
            next = PngChunk.at(file, chunk.end() + PngChunk.CHECKSUM_BYTES);
        }
    }

    private void add(String type, FileBytes data) {
        switch (type) {
            case "eXIf" -> exif = Optional.of(data);
            case "tEXt" -> addText(data, "exif", 0);
            case "zTXt" -> addText(data, "", 1); // a byte for the method of compression
            case "iTXt" -> addInternationalText(data);
            default -> {
                // no metadata that says how the image is stored
            }
        }
    }

    /** @param exifKey the key of a text that is an EXIF block, or an empty string if there is none */
    private void addText(FileBytes data, String exifKey, int compressionBytes) {
        String key = key(data);
        int from = key.length() + 1 + compressionBytes;
        boolean used = key.equals("Raw profile type exif") || isXmp(key) || !key.isEmpty() && key.equals(exifKey);
        if (!used || from > data.length()) {
            return;
        }
        FileBytes stored = data.part(from, data.length());
        Optional<FileBytes> text = compressionBytes == 0 ? Optional.of(stored) : inflated(stored);
        if (isXmp(key)) {
            xmp = text.or(() -> xmp);
        } else if (key.equals(exifKey)) {
            exif = text;
        } else {
            rawProfile = text.or(() -> Optional.of(data.part(0, 0)));
        }
    }

    /** Key, whether it is compressed, how, language, translated key, text. */
    private void addInternationalText(FileBytes data) {
        String key = key(data);
        int language = key.length() + 3;
        if (language > data.length() || !isXmp(key) && !key.equals("Raw profile type exif")) {
            return;
        }
        int translation = language + key(data.part(language, data.length())).length() + 1;
        if (translation > data.length()) {
            return;
        }
        int text = translation + key(data.part(translation, data.length())).length() + 1;
        if (text > data.length()) {
            return;
        }
        FileBytes stored = data.part(text, data.length());
        Optional<FileBytes> plain = data.at(key.length() + 1) == 0
                ? Optional.of(stored)
                : data.at(key.length() + 2) == 0 ? inflated(stored) : Optional.empty();
        if (isXmp(key)) {
            xmp = plain.or(() -> xmp);
        } else {
            rawProfile = plain.or(() -> rawProfile);
        }
    }

    private static boolean isXmp(String key) {
        return key.equals("XML:com.adobe.xmp");
    }

    /** The characters up to the first that is 0, or all. */
    private static String key(FileBytes data) {
        int length = 0;
        while (length < data.length() && data.at(length) != 0) {
            length++;
        }
        return latin1(data.part(0, length));
    }

    /** Inflates up to {@link #MAX_TEXT_BYTES}; empty if the text is longer or damaged, or earlier ones were too long together. */
    private Optional<FileBytes> inflated(FileBytes data) {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(data.array(), data.offset(), data.length());
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            byte[] buffer = new byte[1 << 12];
            for (int read = inflater.inflate(buffer); read > 0; read = inflater.inflate(buffer)) {
                text.write(buffer, 0, read);
                inflatedBytes += read;
                if (text.size() > MAX_TEXT_BYTES || inflatedBytes > MAX_INFLATED_BYTES) {
                    return Optional.empty();
                }
            }
            return Optional.of(FileBytes.of(text.toByteArray()));
        } catch (DataFormatException e) {
            return Optional.empty();
        } finally {
            inflater.end();
        }
    }

    /** The bytes of an EXIF block that is written in hexadecimal, after some lines. What is not hexadecimal is no EXIF. */
    private static FileBytes rawProfileBytes(FileBytes text) {
        String hex = latin1(text);
        for (int line = 0; line < RAW_PROFILE_LINES; line++) {
            int end = hex.indexOf('\n');
            hex = end < 0 ? "" : hex.substring(end + 1);
        }
        try {
            return FileBytes.of(HexFormat.of().parseHex(hex.replaceAll("\\s", "")));
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    private static String latin1(FileBytes bytes) {
        return new String(bytes.array(), bytes.offset(), bytes.length(), StandardCharsets.ISO_8859_1);
    }
}
