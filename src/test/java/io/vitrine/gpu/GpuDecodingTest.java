package io.vitrine.gpu;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ConfigurationException;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.decode.ImageLimits;
import io.vitrine.image.preprocess.ImageProcessor;
import io.vitrine.image.preprocess.Preprocessing;
import org.junit.jupiter.api.Test;

final class GpuDecodingTest {
    private static final GpuDecoding.Memory MEMORY = new GpuDecoding.Memory(1 << 28, 1 << 24);

    @Test
    void imagesOfDifferentSizesAreAReason() {
        EmulatedDevice device = EmulatedDevice.shipped();
        Preprocessing anySize = Preprocessing.builder(ImageProcessor.VIT).build();
        assertThatThrownBy(() ->
                        GpuDecoding.start(device, anySize, DecodeOptions.STANDARD, ImageLimits.DEFAULT, MEMORY))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("different sizes");
    }

    @Test
    void aGpuThatIsNotThereIsAReason() {
        assertThatThrownBy(() -> GpuDecoding.open(
                        9999,
                        Preprocessing.builder(ImageProcessor.VIT).build(),
                        DecodeOptions.STANDARD,
                        ImageLimits.DEFAULT,
                        MEMORY))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageMatching(".*\\S.*");
    }
}
