package io.vitrine.image.preprocess;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.Size;
import io.vitrine.image.RgbImage;
import io.vitrine.image.preprocess.CenterCrop.Rounding;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    @ParameterizedTest
    @CsvSource({
        "TRANSFORMERS, 7, 4, 1",
        "TRANSFORMERS_TORCHVISION, 7, 4, 1",
        "TORCHVISION, 7, 4, 2", // 1.5
        "TORCHVISION, 9, 4, 2",
        "TRANSFORMERS, 9, 4, 2", // 2.5
        "TRANSFORMERS, 4, 7, -2",
        "TRANSFORMERS_TORCHVISION, 4, 7, -1",
        "TORCHVISION, 4, 7, -1",
        "TORCHVISION, 4, 4, 0",
        "TRANSFORMERS, 4, 8, -2"
    })
    void eachReferenceRoundsInItsWay(Rounding rounding, int image, int crop, int offset) {
        assertThat(rounding.offset(image, crop)).isEqualTo(offset);
    }

    @Test
    void aBorderHasAColour() {
        byte[] out = new byte[3 * 3];
        new CenterCrop(new Size(1, 3), Rounding.TORCHVISION, List.of(1, 2, 3))
                .copy(new RgbImage(new byte[] {7, 8, 9}, 1, 1), out);
        assertThat(out).containsExactly(1, 2, 3, 7, 8, 9, 1, 2, 3);
    }

    @Test
    void floatsAreSurroundedWithZeros() {
        float[] out = new float[3 * 3];
        Arrays.fill(out, -1);
        CenterCrop.of(new Size(3, 1), Rounding.TRANSFORMERS_TORCHVISION)
                .copy(new float[] {7, 8, 9, 4, 5, 6}, new Size(1, 2), FloatBuffer.wrap(out));
        assertThat(out).containsExactly(0, 0, 0, 7, 8, 9, 0, 0, 0);
    }
}
