package io.vitrine.image.preprocess;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.Size;
import io.vitrine.image.RgbImage;
import io.vitrine.image.preprocess.CenterCrop.Rounding;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class CenterCropTest {
    @Test
    void theOddRowOfZerosIsAtTheTopAndLeft() {
        byte[] image = new byte[3];
        Arrays.fill(image, (byte) 9);
        byte[] out = new byte[3 * 4 * 4];
        CenterCrop.of(new Size(4, 4), Rounding.TRANSFORMERS).copy(new RgbImage(image, 1, 1), out);
        for (int i = 0; i < 16; i++) {
            assertThat(out[3 * i]).isEqualTo((byte) (i == 2 * 4 + 2 ? 9 : 0)); // ceil(3 / 2) rows above
        }
    }
}
