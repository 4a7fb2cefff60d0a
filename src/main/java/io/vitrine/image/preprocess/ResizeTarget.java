package io.vitrine.image.preprocess;

import io.vitrine.Size;
import java.io.Serializable;

/** The size to resize to: the {@code size} of preprocessor_config.json. */
public sealed interface ResizeTarget extends Serializable {
    /** The resized size of an image of {@code size}. */
    Size of(Size size);

    /** This size for every image, whatever its aspect ratio. */
    record Exact(Size size) implements ResizeTarget {
        @Override
        public Size of(Size size) {
            return this.size;
        }

        @Override
        public String toString() {
            return size.toString();
        }
    }

    /** The shorter edge gets this length in pixels. The longer edge keeps the aspect ratio, rounded down. */
    record ShortestEdge(int length) implements ResizeTarget {
        @Override
        public Size of(Size size) {
            int shorter = Math.min(size.height(), size.width());
            int longer = Math.max(size.height(), size.width());
            int scaled = Math.max(1, (int) ((double) ((long) length * longer) / shorter));
            return size.height() <= size.width() ? new Size(length, scaled) : new Size(scaled, length);
        }

        @Override
        public String toString() {
            return "shortest edge " + length;
        }
    }
}
