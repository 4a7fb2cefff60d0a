package io.vitrine.image.preprocess;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.Size;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PixelValuesTest {
    @Test
    void levelsAreRescaledBeforeTheyAreNormalised() {
        Preprocessing p = Preprocessing.builder(ImageProcessor.VIT)
                .rescaleFactor(1.0 / 255)
                .normalize(List.of(.485f, .456f, .406f), List.of(.229f, .224f, .225f))
                .build();
        PreprocessedImage image = new PreprocessedImage(new Size(1, 1), new byte[] {(byte) 200, 0, 7});
        float[] values = PixelValues.of(image, p);
        assertThat(values[0]).isEqualTo(((float) (200 * (1.0 / 255)) - .485f) / .229f);
        assertThat(values[2]).isEqualTo(((float) (7 * (1.0 / 255)) - .406f) / .225f);
    }
}
