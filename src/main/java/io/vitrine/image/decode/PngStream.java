package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Goes through a PNG's chunks as Pillow does ({@code PngStream} and {@code PngImageFile}): up to the pixels, through them, and to
 * the end. It judges damage as Pillow, which checks every chunk's content and, before the pixels, its checksum. Not checked are the
 * checksums of descriptive chunks, and how long texts and colour profiles are.
 */
final class PngStream {
    private static final int SIGNATURE_BYTES = 8;
    private static final int PORTION_BYTES = 1 << 16; // ImageFile.MAXBLOCK

    /** Chunks that neither pixels nor the orientation depend on. */
    private static final Set<String> DESCRIPTIVE = Set.of(
            "tEXt", "zTXt", "iTXt", "iCCP", "gAMA", "cHRM", "sRGB", "pHYs", "tIME", "bKGD", "sBIT", "hIST", "sPLT",
            "tRNS", "cICP", "mDCV", "cLLI", "caBX");

    /** Texts that may have the orientation. */
    private static final List<String> ORIENTATION_KEYWORDS = List.of("Raw profile type ", "XML:com.adobe.xmp", "exif");

    private final FileBytes file;
    private final PngChunkRules rules = new PngChunkRules();
    private long at = SIGNATURE_BYTES; // offset of the next chunk's header, or of the next byte of pixels
    private long pixelBytes; // left in the chunk

    private PngStream(FileBytes file) {
        this.file = file;
    }

    /**
     * Reads what comes before the pixels.
     *
     * @throws ImageRejectedException if the header or the pixels are missing, or a chunk before them is damaged
     */
    static PngStream open(FileBytes file) throws ImageRejectedException {
        PngStream stream = new PngStream(file);
        PngChunk chunk = stream.next();
        while (!chunk.isPixels()) {
            if (chunk.is("IEND")) {
                throw corrupt("PNG has no pixels");
            }
            stream.rules.check(chunk);
            chunk.content();
            if (!isDescriptive(chunk)) {
                chunk.requireChecksum();
            }
            stream.at = chunk.end() + PngChunk.CHECKSUM_BYTES;
            chunk = stream.next();
        }
        stream.enter(chunk);
        stream.rules.startPixels();
        return stream;
    }

    private static boolean isDescriptive(PngChunk chunk) {
        return DESCRIPTIVE.contains(chunk.type())
                && ORIENTATION_KEYWORDS.stream()
                        .noneMatch(keyword -> chunk.file().matches(chunk.data(), keyword));
    }

    /** What has been read so far. */
    PngChunkRules layout() {
        return rules;
    }

    private PngChunk next() throws ImageRejectedException {
        Optional<PngChunk> chunk = PngChunk.at(file, at);
        if (chunk.isPresent()) {
            return chunk.get();
        }
        throw at + PngChunk.HEADER_BYTES > file.length() ? truncated() : corrupt("PNG has no chunk at byte " + at);
    }

    private void enter(PngChunk pixels) throws ImageRejectedException {
        rules.check(pixels);
        int sequenceBytes = pixels.is("fdAT") ? 4 : 0;
        at = pixels.data() + sequenceBytes;
        pixelBytes = pixels.length() - sequenceBytes;
    }

    /**
     * The next bytes of compressed pixels.
     *
     * @return at least one byte
     * @throws ImageRejectedException if there are no more
     */
    FileBytes pixels() throws ImageRejectedException {
        while (pixelBytes == 0) {
            at += PngChunk.CHECKSUM_BYTES;
            PngChunk chunk = next();
            if (chunk.is("DDAT")) { // as Pillow reads it
                at = chunk.data();
                pixelBytes = chunk.length();
            } else if (chunk.isPixels()) {
                enter(chunk);
            } else {
                throw corrupt("PNG has too few pixels");
            }
        }
        int length = (int) Math.min(Math.min(PORTION_BYTES, pixelBytes), file.length() - at);
        if (length <= 0) {
            throw truncated();
        }
        FileBytes portion = file.part((int) at, (int) at + length);
        at += length;
        pixelBytes -= length;
        return portion;
    }

    /** Reads what comes behind the pixels. Pillow needs neither an end nor checksums there, but whole chunks. */
    void finish() throws ImageRejectedException {
        at += pixelBytes + PngChunk.CHECKSUM_BYTES;
        Optional<PngChunk> next = PngChunk.at(file, at);
        while (next.isPresent() && !isEnd(next.get())) {
            PngChunk chunk = next.get();
            rules.check(chunk);
            chunk.content();
            at = chunk.end() + PngChunk.CHECKSUM_BYTES;
            next = PngChunk.at(file, at);
        }
    }

    private boolean isEnd(PngChunk chunk) {
        return chunk.is("IEND") || chunk.is("fcTL") && rules.isAnimated();
    }

    private ImageRejectedException truncated() {
        return new ImageRejectedException(
                RejectionReason.TRUNCATED, "the file ends after " + file.length() + " bytes, within the PNG image");
    }

    private static ImageRejectedException corrupt(String what) {
        return new ImageRejectedException(RejectionReason.CORRUPT, what);
    }
}
