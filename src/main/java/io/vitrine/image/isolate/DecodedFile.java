package io.vitrine.image.isolate;

import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.image.decode.ImageHeader;
import java.util.Optional;

/** What became of a file: pixels, or a rejection. */
public sealed interface DecodedFile {
    /**
     * Pixels for the model.
     *
     * @param pixels in the model's input form; valid until the next file is decoded
     * @param resizeNanos the share of the decoding time that resizing and cropping took; 0 if a child process decoded
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Pixels(ImageHeader header, byte[] pixels, long resizeNanos) implements DecodedFile {}

    /** @param header empty if it could not be read */
    record Rejected(Optional<ImageHeader> header, ImageRejectedException cause) implements DecodedFile {
        static Rejected of(Optional<ImageHeader> header, RejectionReason reason, String message) {
            return new Rejected(header, new ImageRejectedException(reason, message));
        }
    }
}
