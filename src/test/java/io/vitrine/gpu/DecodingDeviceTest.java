package io.vitrine.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ConfigurationException;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.decode.ImageLimits;
import io.vitrine.image.preprocess.ImageProcessor;
import io.vitrine.image.preprocess.Preprocessing;
import org.junit.jupiter.api.Test;

final class DecodingDeviceTest {
    @Test
    void imagesOfDifferentSizesAreAReason() {
        ControlledDevice device = new ControlledDevice(EmulatedDevice.shipped());
        Preprocessing anySize = Preprocessing.builder(ImageProcessor.VIT).build();
        assertThatThrownBy(() -> new DecodingDevice(device)
                        .onlyDecoder(anySize, DecodeOptions.STANDARD, ImageLimits.DEFAULT, MemoryLimits.DEFAULT))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("different sizes");
        assertThat(device.isClosed()).isTrue();
    }

    @Test
    void aGpuThatIsNotThereIsAReason() {
        assertThatThrownBy(() -> DecodingDevice.onGpu(9999))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageMatching(".*\\S.*");
    }
}
