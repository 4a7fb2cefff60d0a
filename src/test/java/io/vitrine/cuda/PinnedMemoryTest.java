package io.vitrine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PinnedMemoryTest {
    @TempDir
    private Path folder;

    @Test
    void withoutCudaNothingIsLockedAndNothingFails() {
        assertThatCode(() -> PinnedMemory.of(ByteBuffer.allocateDirect(4096), 0).ifPresent(PinnedMemory::close))
                .doesNotThrowAnyException();
    }

    @Test
    void theWholeBufferIsLockedUntilItIsClosed() throws Exception {
        FakeCuda cuda = FakeCuda.start(folder);
        ByteBuffer buffer = ByteBuffer.allocateDirect(4096);
        PinnedMemory pages =
                PinnedMemory.lock(cuda.driver(), buffer.position(100).limit(200), 0);
        assertThat(cuda.live()).isEqualTo("contexts 1, registered 1");
        assertThat(cuda.journal()).contains("register 4096");
        assertThatThrownBy(() -> PinnedMemory.lock(cuda.driver(), buffer, 0))
                .isInstanceOf(DeviceException.class)
                .hasMessageContaining("712");
        pages.close();
        pages.close();
        assertThat(cuda.live()).isEmpty();
    }
}
