package io.vitrine.inference;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

final class PinnedMemoryTest {
    @Test
    void withoutCudaNothingIsLockedAndNothingFails() {
        assertThatCode(() -> PinnedMemory.of(ByteBuffer.allocateDirect(4096), 0).ifPresent(PinnedMemory::close))
                .doesNotThrowAnyException();
    }
}
