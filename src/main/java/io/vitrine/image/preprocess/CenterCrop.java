package io.vitrine.image.preprocess;

import io.vitrine.Size;
import io.vitrine.image.RgbImage;
import java.util.Arrays;

/**
 * Hugging Face's {@code center_crop}: the middle of the image. A smaller image is surrounded by zeros, with the odd row or column
 * of zeros at the top or left.
 */
final class CenterCrop {
    private CenterCrop() {}

    /** Writes the crop of {@code image}, (height, width, 3), to the start of {@code target}. */
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

    /** The first row or column of the crop; negative if the image is smaller than the crop. */
    private static int offset(int image, int crop) {
        return image >= crop ? (image - crop) / 2 : -((crop - image + 1) / 2);
    }
}
