package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import java.util.Map;
import java.util.Optional;

/**
 * Checks the content of a PNG's chunks, in the file's order, as Pillow's {@code PngStream} does, and remembers what pixels depend
 * on.
 */
final class PngChunkRules {
    private static final Map<String, Integer> MIN_BYTES =
            Map.of("IHDR", 13, "gAMA", 4, "sRGB", 1, "pHYs", 9, "acTL", 8, "fcTL", 26, "fdAT", 4);
    private static final int MAX_PALETTE_BYTES = 3 * 256 + 2;
    private static final long MAX_FRAMES = 1L << 31;
    private static final FileBytes EMPTY = FileBytes.of(new byte[0]);

    /** A part of the image. */
    record Box(long left, long top, long width, long height) {}

    private long width;
    private long height;
    private Optional<PngColours> colours = Optional.empty();
    private boolean isInterlaced;
    private FileBytes palette = EMPTY;
    private Optional<Box> frame = Optional.empty();
    private long frames; // 0 if it is no animation
    private long sequence = -1; // number of the last chunk of an animation
    private boolean isAnimated;

    long width() {
        return width;
    }

    long height() {
        return height;
    }

    /** Present after {@link #startPixels}. */
    PngColours colours() {
        return colours.orElseThrow();
    }

    boolean isInterlaced() {
        return isInterlaced;
    }

    /** Three bytes for each colour, of at most 256 colours; an incomplete one may follow. */
    FileBytes palette() {
        return palette;
    }

    /** What the first pixels in the file cover: the image, or the animation's first frame. */
    Box frame() {
        return frame.orElse(new Box(0, 0, width, height));
    }

    /** Whether pixels of other frames follow. */
    boolean isAnimated() {
        return isAnimated;
    }

    /** @throws ImageRejectedException if no header came, or one that does not fit the frame or the palette */
    void startPixels() throws ImageRejectedException {
        if (colours.isEmpty()) {
            throw corrupt("PNG has no valid header (IHDR)");
        }
        Box box = frame();
        boolean fits = box.left + box.width <= width && box.top + box.height <= height;
        if (!fits || box.width == 0 || box.height == 0) {
            throw corrupt("PNG has a frame of " + box.width + " x " + box.height + " pixels");
        }
        if (palette.length() > MAX_PALETTE_BYTES && isPalette()) {
            throw corrupt("PNG has a palette of " + palette.length() + " bytes");
        }
        isAnimated = frames > 0 && (frame.isEmpty() || frames > 1);
    }

    /** Checks a chunk and takes it in. Of a chunk with pixels only the sequence number counts. */
    void check(PngChunk chunk) throws ImageRejectedException {
        if (chunk.length() < MIN_BYTES.getOrDefault(chunk.type(), 0)) {
            throw corrupt(chunk, chunk.length() + " bytes");
        }
        ByteReader in = ByteReader.bigEndian(chunk.file());
        long data = chunk.data();
        switch (chunk.type()) {
            case "IHDR" -> readHeader(chunk, in);
            case "PLTE" -> palette = isPalette() ? chunk.content() : palette;
            case "tRNS" -> {
                if (chunk.length() < colours.map(PngColours::transparencyBytes).orElse(0)) {
                    throw corrupt(chunk, chunk.length() + " bytes");
                }
            }
            case "cHRM" -> {
                if (chunk.length() % 4 != 0) {
                    throw corrupt(chunk, chunk.length() + " bytes");
                }
            }
            case "iCCP" -> {
                int method = find(chunk.content(), 0) + 1;
                requireDeflate(chunk, method < chunk.length() ? chunk.content().at(method) : -1);
            }
            case "zTXt" -> {
                int method = find(chunk.content(), 0) + 1;
                requireDeflate(
                        chunk,
                        method > 0 && method < chunk.length() ? chunk.content().at(method) : 0);
            }
            case "acTL" -> {
                long count = in.u32(data);
                frames = frames == 0 && count <= MAX_FRAMES ? count : 0; // a second one makes it no animation
            }
            case "fcTL" -> readFrame(chunk, in);
            case "fdAT" -> {
                if (sequence < 0 || in.u32(data) != sequence + 1) {
                    throw corrupt(chunk, "another number than its place");
                }
                sequence++;
            }
            default -> {}
        }
    }

    private void readHeader(PngChunk chunk, ByteReader in) throws ImageRejectedException {
        long data = chunk.data();
        width = in.u32(data);
        height = in.u32(data + 4);
        colours = PngColours.of(in.u8(data + 8), in.u8(data + 9)).or(() -> colours);
        if (in.u8(data + 11) != 0) {
            throw corrupt(chunk, "filter method " + in.u8(data + 11));
        }
        isInterlaced |= in.u8(data + 12) != 0;
    }

    private void readFrame(PngChunk chunk, ByteReader in) throws ImageRejectedException {
        long data = chunk.data();
        if (in.u32(data) != sequence + 1) {
            throw corrupt(chunk, "another number than its place");
        }
        sequence++;
        Box box = new Box(in.u32(data + 12), in.u32(data + 16), in.u32(data + 4), in.u32(data + 8));
        if (box.left + box.width > width || box.top + box.height > height) {
            throw corrupt(chunk, "a frame that leaves the image");
        }
        frame = Optional.of(box);
    }

    private boolean isPalette() {
        return colours.isPresent() && colours().kind() == PngColours.Kind.PALETTE;
    }

    private static int find(FileBytes bytes, int value) {
        for (int i = 0; i < bytes.length(); i++) {
            if (bytes.at(i) == value) {
                return i;
            }
        }
        return -1;
    }

    private static void requireDeflate(PngChunk chunk, int method) throws ImageRejectedException {
        if (method != 0) {
            throw corrupt(chunk, method < 0 ? "no compression method" : "compression method " + method);
        }
    }

    private static ImageRejectedException corrupt(PngChunk chunk, String what) {
        return corrupt("PNG has a chunk " + chunk.type() + " with " + what + ", at byte " + chunk.data());
    }

    private static ImageRejectedException corrupt(String message) {
        return new ImageRejectedException(RejectionReason.CORRUPT, message);
    }
}
