package io.vitrine.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.cuda.DeviceOutOfMemoryException;
import org.junit.jupiter.api.Test;

final class DeviceArenaTest {
    private static EmulatedDevice device(long capacity) {
        return new EmulatedDevice(EmulatedDevice.shipped().emulator(), capacity);
    }

    @Test
    void growsByHalfUpToItsLimit() {
        EmulatedDevice device = device(1 << 20);
        try (DeviceArena arena = new DeviceArena(device, 2000)) {
            arena.memory(1000);
            assertThat(device.usedBytes()).isEqualTo(1000);
            long address = arena.memory(10);
            assertThat(arena.memory(1000)).isEqualTo(address);
            arena.memory(1001);
            assertThat(device.usedBytes()).isEqualTo(1500);
            arena.memory(1501);
            assertThat(device.usedBytes()).isEqualTo(2000);
            arena.freeMemory();
            arena.memory(300);
            assertThat(device.usedBytes()).isEqualTo(300);
        }
        assertThat(device.usedBytes()).isZero();
    }

    @Test
    void takesWhatIsNeededWhereThereIsNoMore() {
        EmulatedDevice device = device(1200);
        try (DeviceArena arena = new DeviceArena(device, 5000)) {
            arena.memory(1000);
            arena.memory(1100);
            assertThat(device.usedBytes()).isEqualTo(1100);
            assertThatThrownBy(() -> arena.memory(1201)).isInstanceOf(DeviceOutOfMemoryException.class);
            assertThat(device.usedBytes()).isZero();
        }
    }
}
