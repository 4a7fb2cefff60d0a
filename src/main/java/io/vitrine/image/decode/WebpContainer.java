package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.Size;
import java.util.Optional;

/**
 * Finds a WebP's first frame, and judges the container as Pillow does: with libwebp's demuxer ({@code demux.c}), after {@code
 * WebPGetFeatures}. libwebp's decoder alone is more tolerant: it reads on behind the end of a chunk. Used once.
 */
final class WebpContainer {
    private static final int RIFF_HEADER_BYTES = 12; // "RIFF", size, "WEBP"
    private static final int EXTENDED_BYTES = 10; // VP8X: flags, canvas
    private static final int ANIMATION_BYTES = 6; // ANIM: background, loops
    private static final int FRAME_HEADER_BYTES = 16; // ANMF: place, size, duration, flags
    private static final long MAX_AREA = 1L << 32;
    private static final int ANIMATION_FLAG = 0x02;
    private static final int ALPHA_FLAG = 0x10;
    private static final int KNOWN_FLAGS = 0x3e;

    /**
     * The first frame.
     *
     * @param left pixels from the left of the canvas
     * @param top pixels from the top of the canvas
     * @param data the chunk {@code VP8} or {@code VP8L}, after the chunk {@code ALPH} of its alpha if it has one
     */
    record Frame(int left, int top, Size size, FileBytes data) {}

    /** The chunks of one frame: at most one of each kind, in any order. */
    private record Parts(Optional<WebpChunk> alpha, Optional<WebpChunk> image) {}

    private final FileBytes file;
    private final ByteReader in;
    private int end; // offset of the container's end
    private int at; // offset of the next chunk
    private Optional<Frame> first = Optional.empty();

    private WebpContainer(FileBytes file) {
        this.file = file;
        this.in = ByteReader.littleEndian(file);
    }

    /**
     * Finds the first frame, which lies within the canvas.
     *
     * @param file starts with a RIFF header
     * @throws ImageRejectedException if the container is damaged anywhere, even after the first frame
     */
    static Frame firstFrame(FileBytes file) throws ImageRejectedException {
        WebpContainer container = new WebpContainer(file);
        container.read();
        return container.first.orElseThrow(() -> corrupt("no image", RIFF_HEADER_BYTES));
    }

    private void read() throws ImageRejectedException {
        long containerEnd = in.u32(4) + 8;
        if (containerEnd > file.length()) {
            throw new ImageRejectedException(
                    RejectionReason.TRUNCATED,
                    "the file ends after " + file.length() + " bytes, its WebP container after " + containerEnd);
        }
        end = (int) containerEnd;
        at = RIFF_HEADER_BYTES;
        WebpChunk chunk = WebpChunk.read(file, at, end);
        if (chunk.type().equals("VP8X")) {
            at = chunk.end();
            readExtended(chunk);
        } else {
            first = Optional.of(frame(0, 0, new Parts(Optional.empty(), parts().image)));
        }
    }

    private void readExtended(WebpChunk header) throws ImageRejectedException {
        int flags = in.u8(header.payload());
        Size canvas = size24(header.payload() + 4);
        if (header.payloadBytes() != EXTENDED_BYTES || (flags & ~KNOWN_FLAGS) != 0 || area(canvas) >= MAX_AREA) {
            throw corrupt("a bad VP8X chunk", header.start());
        }
        boolean isAnimation = (flags & ANIMATION_FLAG) != 0;
        boolean hasAnimationChunk = false;
        do {
            WebpChunk chunk = WebpChunk.read(file, at, end);
            switch (chunk.type()) {
                case "VP8X" -> throw corrupt("a second VP8X chunk", chunk.start());
                case "ALPH", "VP8 ", "VP8L" -> {
                    if (isAnimation || hasAnimationChunk || first.isPresent()) {
                        throw corrupt("an image outside of its frames", chunk.start());
                    }
                    first = Optional.of(still(flags, canvas));
                }
                case "ANIM" -> {
                    if (chunk.paddedBytes() < ANIMATION_BYTES) {
                        throw corrupt("a bad ANIM chunk", chunk.start());
                    }
                    hasAnimationChunk = true;
                    at = chunk.end();
                }
                case "ANMF" -> {
                    if (!hasAnimationChunk) {
                        throw corrupt("a frame before the ANIM chunk", chunk.start());
                    }
                    Optional<Frame> frame = animationFrame(chunk, canvas, isAnimation);
                    first = first.or(() -> frame);
                }
                default -> at = chunk.end(); // metadata
            }
        } while (at != end);
    }

    /** The image of a file without frames. Its alpha counts only if the flag says so. */
    private Frame still(int flags, Size canvas) throws ImageRejectedException {
        int start = at;
        Parts parts = parts();
        Frame frame = frame(0, 0, (flags & ALPHA_FLAG) != 0 ? parts : new Parts(Optional.empty(), parts.image));
        if (!frame.size.equals(canvas)) {
            throw corrupt("an image of another size than its canvas", start);
        }
        return frame;
    }

    /** A frame; empty if it has no image, or if the file says that it is no animation. */
    private Optional<Frame> animationFrame(WebpChunk chunk, Size canvas, boolean isAnimation)
            throws ImageRejectedException {
        int payload = chunk.payload();
        if (chunk.paddedBytes() < FRAME_HEADER_BYTES || area(size24(payload + 6)) >= MAX_AREA) {
            throw corrupt("a bad ANMF chunk", chunk.start());
        }
        at = payload + FRAME_HEADER_BYTES;
        Parts parts = parts();
        if (at > chunk.end()) {
            throw corrupt("an image that is longer than its frame", chunk.start());
        }
        if (!isAnimation || parts.alpha.isEmpty() && parts.image.isEmpty()) {
            return Optional.empty();
        }
        Frame frame = frame(2 * in.u24(payload), 2 * in.u24(payload + 3L), parts);
        if (frame.left + frame.size.width() > canvas.width() || frame.top + frame.size.height() > canvas.height()) {
            throw corrupt("a frame that leaves the canvas", chunk.start());
        }
        return Optional.of(frame);
    }

    /** Reads the chunks of a frame, up to the first that belongs to none or begins another. */
    private Parts parts() throws ImageRejectedException {
        Optional<WebpChunk> alpha = Optional.empty();
        Optional<WebpChunk> image = Optional.empty();
        do {
            WebpChunk chunk = WebpChunk.read(file, at, end);
            if (chunk.type().equals("ALPH") && alpha.isEmpty()) {
                alpha = Optional.of(chunk);
            } else if (chunk.type().equals("VP8L") && alpha.isPresent()) {
                throw corrupt("alpha for a lossless image", chunk.start());
            } else if (chunk.isImage() && image.isEmpty()) {
                chunk.imageSize(); // it has one
                image = Optional.of(chunk);
            } else {
                break;
            }
            at = chunk.end();
        } while (at != end);
        return new Parts(alpha, image);
    }

    private Frame frame(int left, int top, Parts parts) throws ImageRejectedException {
        WebpChunk image = parts.image.orElseThrow(() -> corrupt("a frame without image", at));
        int from = parts.alpha.isPresent() ? parts.alpha.get().start() : image.start();
        if (from > image.start()) {
            throw corrupt("alpha behind its image", from);
        }
        return new Frame(left, top, image.imageSize(), file.part(from, image.end()));
    }

    private Size size24(int offset) throws ImageRejectedException {
        return new Size(/* height= */ in.u24(offset + 3L) + 1, /* width= */ in.u24(offset) + 1);
    }

    private static long area(Size size) {
        return (long) size.width() * size.height();
    }

    private static ImageRejectedException corrupt(String what, int offset) {
        return new ImageRejectedException(RejectionReason.CORRUPT, "WebP has " + what + ", at byte " + offset);
    }
}
