package io.vitrine.image.preprocess;

import io.vitrine.Size;
import java.io.Serializable;
import java.util.Optional;

/**
 * The size to resize to. All but {@link Exact} keep the aspect ratio, and round as their reference does. An edge can come out as 0
 * where an image is very narrow; the reference fails there.
 */
public sealed interface ResizeTarget extends Serializable {
    /** The resized size of an image of {@code size}. */
    Size of(Size size);

    /** The target for outputs of size {@code to} that has the same proportion to them as this one has to {@code from}. */
    ResizeTarget scaled(Size to, Size from);

    /** A size that resized images do not exceed, unless they are very narrow; empty if there is none. */
    default Optional<Size> limit() {
        return Optional.empty();
    }

    static Size scaled(Size size, Size to, Size from) {
        return new Size(
                scaled(size.height(), to.height(), from.height()), scaled(size.width(), to.width(), from.width()));
    }

    private static int scaled(int length, int to, int from) {
        return Math.max(1, (int) Math.round((double) length * to / from));
    }

    private static int scaledEdge(int length, Size to, Size from) {
        return scaled(length, Math.min(to.height(), to.width()), Math.min(from.height(), from.width()));
    }

    /** {@code {height, width}}: this size for every image, whatever its aspect ratio. */
    record Exact(Size size) implements ResizeTarget {
        @Override
        public Size of(Size size) {
            return this.size;
        }

        @Override
        public Optional<Size> limit() {
            return Optional.of(size);
        }

        @Override
        public ResizeTarget scaled(Size to, Size from) {
            return new Exact(ResizeTarget.scaled(size, to, from));
        }

        @Override
        public String toString() {
            return size.toString();
        }
    }

    /** {@code {shortest_edge}}: the length of the shorter edge in pixels. The longer edge is rounded down. */
    record ShortestEdge(int length) implements ResizeTarget {
        @Override
        public Size of(Size size) {
            int shorter = Math.min(size.height(), size.width());
            int longer = Math.max(size.height(), size.width());
            int scaled = Math.max(1, (int) ((double) ((long) length * longer) / shorter));
            return size.height() <= size.width() ? new Size(length, scaled) : new Size(scaled, length);
        }

        @Override
        public ResizeTarget scaled(Size to, Size from) {
            return new ShortestEdge(scaledEdge(length, to, from));
        }

        @Override
        public String toString() {
            return "shortest edge " + length;
        }
    }

    /**
     * {@code {shortest_edge, longest_edge}}: the length of the shorter edge, or less, so that the longer edge does not exceed its
     * limit. Then the shorter edge is rounded half to even, and the longer one down. An image whose shorter edge is right already
     * stays as it is.
     */
    record BoundedEdges(int shortest, int longest) implements ResizeTarget {
        @Override
        public Size of(Size size) {
            double shorter = Math.min(size.height(), size.width());
            double longer = Math.max(size.height(), size.width());
            boolean exceeds = longer / shorter * shortest > longest;
            double raw = exceeds ? longest * shorter / longer : shortest;
            int rounded = (int) Math.rint(raw);
            if (rounded == (int) shorter) {
                return size;
            }
            int scaled = (int) (raw * longer / shorter);
            return size.width() < size.height() ? new Size(scaled, rounded) : new Size(rounded, scaled);
        }

        @Override
        public Optional<Size> limit() {
            return Optional.of(new Size(longest, longest));
        }

        @Override
        public ResizeTarget scaled(Size to, Size from) {
            return new BoundedEdges(scaledEdge(shortest, to, from), scaledEdge(longest, to, from));
        }

        @Override
        public String toString() {
            return "shortest edge " + shortest + ", longest edge at most " + longest;
        }
    }

    /** {@code {max_height, max_width}}: as large as fits into {@code box}. Both edges are rounded down. */
    record WithinBox(Size box) implements ResizeTarget {
        @Override
        public Size of(Size size) {
            double scale = Math.min((double) box.height() / size.height(), (double) box.width() / size.width());
            return new Size((int) (size.height() * scale), (int) (size.width() * scale));
        }

        @Override
        public Optional<Size> limit() {
            return Optional.of(box);
        }

        @Override
        public ResizeTarget scaled(Size to, Size from) {
            return new WithinBox(ResizeTarget.scaled(box, to, from));
        }

        @Override
        public String toString() {
            return "within " + box;
        }
    }

    /** For pictures that people look at: the longer edge is at most {@code length}, no edge is 0, and small images stay as they are. */
    record LongestEdge(int length) implements ResizeTarget {
        @Override
        public Size of(Size size) {
            double scale = Math.min(1, (double) length / Math.max(size.height(), size.width()));
            return new Size((int) Math.max(1, Math.round(size.height() * scale)), (int)
                    Math.max(1, Math.round(size.width() * scale)));
        }

        @Override
        public Optional<Size> limit() {
            return Optional.of(new Size(length, length));
        }

        @Override
        public ResizeTarget scaled(Size to, Size from) {
            return new LongestEdge(scaledEdge(length, to, from));
        }

        @Override
        public String toString() {
            return "longest edge at most " + length;
        }
    }

    /** timm's {@code ResizeKeepRatio}: both edges divided by one ratio, rounded half to even. */
    record OneRatio(Size box, Fit fit) implements ResizeTarget {
        /** How the resized image relates to the box. */
        public enum Fit {
            /** It covers the box. */
            COVER,
            /** The box contains it. */
            CONTAIN
        }

        @Override
        public Size of(Size size) {
            double vertical = (double) size.height() / box.height();
            double horizontal = (double) size.width() / box.width();
            double ratio = fit == Fit.COVER ? Math.min(vertical, horizontal) : Math.max(vertical, horizontal);
            return new Size((int) Math.rint(size.height() / ratio), (int) Math.rint(size.width() / ratio));
        }

        @Override
        public ResizeTarget scaled(Size to, Size from) {
            return new OneRatio(ResizeTarget.scaled(box, to, from), fit);
        }

        @Override
        public String toString() {
            return (fit == Fit.COVER ? "to cover " : "to fit ") + box;
        }
    }
}
