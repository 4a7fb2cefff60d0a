package io.vitrine.job.task;

import io.vitrine.ImageRejectedException;
import io.vitrine.catalog.ImageRef;
import io.vitrine.image.decode.ImageHeader;
import io.vitrine.job.rows.WorkItem;
import java.io.Serializable;
import java.util.Optional;

/** An image after decoding and preprocessing: pixels for the model, or a rejection. A staged run sends it between tasks. */
public sealed interface DecodedImage extends Serializable {
    WorkItem item();

    /** The image as known after reading it. */
    ImageRef ref();

    /** The file's header, where it could be read. */
    Optional<ImageHeader> knownHeader();

    /** A copy that stays valid when the next image is decoded. */
    DecodedImage copy();

    /**
     * Pixels for the model.
     *
     * @param pixels in the model's input form; valid until the next image is decoded
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Pixels(WorkItem item, ImageRef ref, ImageHeader header, byte[] pixels) implements DecodedImage {
        @Override
        public Optional<ImageHeader> knownHeader() {
            return Optional.of(header);
        }

        @Override
        public Pixels copy() {
            return new Pixels(item, ref, header, pixels.clone());
        }
    }

    /** A rejected image. */
    final class Rejected implements DecodedImage {
        private static final long serialVersionUID = 1;

        private final WorkItem item;
        private final ImageRef ref;
        private final ImageHeader header; // null if it could not be read: Optional is not serializable
        private final ImageRejectedException rejection;

        Rejected(WorkItem item, ImageRef ref, Optional<ImageHeader> header, ImageRejectedException rejection) {
            this.item = item;
            this.ref = ref;
            this.header = header.orElse(null);
            this.rejection = rejection;
        }

        @Override
        public WorkItem item() {
            return item;
        }

        @Override
        public ImageRef ref() {
            return ref;
        }

        @Override
        public Optional<ImageHeader> knownHeader() {
            return Optional.ofNullable(header);
        }

        ImageRejectedException rejection() {
            return rejection;
        }

        @Override
        public Rejected copy() {
            return this;
        }
    }
}
