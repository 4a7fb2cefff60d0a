package io.vitrine.image.preprocess;

import io.vitrine.Size;
import io.vitrine.image.RgbImage;
import java.util.Arrays;

/**
 * The image processors' {@code center_crop}: the middle of the image; where it is smaller than the crop, zeros around it,
 * the odd one at the top and left.
 */
final class CenterCrop {
    private CenterCrop() {}

    /** Copies the crop of {@code image} to the first {@code 3 * width * height} bytes of {@code target}. */
    static void copy(RgbImage image, Size crop, byte[] target) {
        int top = offset(image.height(), crop.height());
        int left = offset(image.width(), crop.width());
        if (top < 0 || left < 0) {
            Arrays.fill(target, 0, 3 * crop.height() * crop.width(), (byte) 0);
        }
        int from = Math.max(left, 0);
        int to = Math.min(left + crop.width(), image.width());
        for (int y = 0; y < crop.height(); y++) {
            int row = top + y;
            if (row >= 0 && row < image.height()) {
                System.arraycopy(
                        image.pixels(),
                        3 * (row * image.width() + from),
                        target,
                        3 * (y * crop.width() + from - left),
                        3 * (to - from));
            }
        }
    }

    /** The crop's first row or column; negative by ceil(deficit / 2) where the image is smaller. */
    private static int offset(int image, int crop) {
        return image >= crop ? (image - crop) / 2 : -((crop - image + 1) / 2);
    }
}
