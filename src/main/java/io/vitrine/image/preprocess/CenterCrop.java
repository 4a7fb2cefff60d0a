package io.vitrine.image.preprocess;

import io.vitrine.Size;
import io.vitrine.image.RgbImage;
import java.io.Serializable;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * The middle of an image. A smaller image is surrounded by one colour.
 *
 * @param fill that colour, an 8-bit level per channel
 */
public record CenterCrop(Size size, Rounding rounding, List<Integer> fill) implements Serializable {
    private static final List<Integer> BLACK = List.of(0, 0, 0);

    /** Where the odd row or column goes. */
    public enum Rounding {
        /** {@code center_crop} of transformers: the crop begins half a pixel early, a smaller image lies half a pixel late. */
        TRANSFORMERS,
        /** {@code center_crop} of transformers' torchvision back end: both half a pixel early. */
        TRANSFORMERS_TORCHVISION,
        /** torchvision's {@code CenterCrop}, which timm uses: the crop is rounded half to even, a smaller image lies early. */
        TORCHVISION;

        /** The first row or column of the crop; negative if the image is smaller than the crop. */
        int offset(int image, int crop) {
            int space = image - crop;
            if (space < 0) {
                return -(this == TRANSFORMERS ? (1 - space) / 2 : -space / 2);
            }
            return this == TORCHVISION ? (int) Math.rint(space / 2.0) : space / 2;
        }
    }

    /** The crop's first row of an image; negative if the image is lower than the crop. */
    public int top(Size image) {
        return rounding.offset(image.height(), size.height());
    }

    /** The crop's first column of an image; negative if the image is narrower than the crop. */
    public int left(Size image) {
        return rounding.offset(image.width(), size.width());
    }

    /** A crop that surrounds smaller images with black. */
    static CenterCrop of(Size size, Rounding rounding) {
        return new CenterCrop(size, rounding, BLACK);
    }

    /** The crop for outputs of size {@code to} that has the same proportion to them as this one has to {@code from}. */
    CenterCrop scaled(Size to, Size from) {
        return new CenterCrop(ResizeTarget.scaled(size, to, from), rounding, fill);
    }

    /** Writes the crop of {@code image}, (height, width, 3), to the start of {@code target}. */
    void copy(RgbImage image, byte[] target) {
        if (isLargerThan(image.size())) {
            for (int i = 0; i < 3 * size.height() * size.width(); i++) {
                target[i] = fill.get(i % 3).byteValue();
            }
        }
        byte[] pixels = image.pixels();
        forEachRow(image.size(), (from, to, count) -> System.arraycopy(pixels, 3 * from, target, 3 * to, 3 * count));
    }

    /** Writes the crop of {@code pixels}, (height, width, 3), to the start of {@code target}. The fill must be black. */
    void copy(float[] pixels, Size image, FloatBuffer target) {
        if (!fill.equals(BLACK)) {
            throw new IllegalStateException("floats are surrounded with zeros only, not with " + fill);
        }
        if (isLargerThan(image)) {
            for (int i = 0; i < 3 * size.height() * size.width(); i++) {
                target.put(i, 0);
            }
        }
        forEachRow(image, (from, to, count) -> target.put(3 * to, pixels, 3 * from, 3 * count));
    }

    /** Copies {@code count} pixels from index {@code from} of the image to index {@code to} of the crop. */
    private interface RowCopy {
        void copy(int from, int to, int count);
    }

    private boolean isLargerThan(Size image) {
        return image.height() < size.height() || image.width() < size.width();
    }

    private void forEachRow(Size image, RowCopy row) {
        int top = top(image);
        int left = left(image);
        int from = Math.max(left, 0);
        int to = Math.min(left + size.width(), image.width());
        for (int y = Math.max(top, 0); y < Math.min(top + size.height(), image.height()); y++) {
            row.copy(y * image.width() + from, (y - top) * size.width() + from - left, to - from);
        }
    }

    @Override
    public String toString() {
        return "centre crop " + size + (fill.equals(BLACK) ? "" : " on " + fill);
    }
}
