package io.vitrine.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.cuda.Device;
import io.vitrine.cuda.Device.DeviceMemory;
import io.vitrine.cuda.Device.Grid;
import io.vitrine.cuda.Device.Kernel;
import io.vitrine.cuda.DeviceOutOfMemoryException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

final class EmulatedDeviceTest {
    @Test
    void bytesGoToTheDeviceAndBack() {
        EmulatedDevice device = EmulatedDevice.shipped();
        try (DeviceMemory memory = device.allocate(8);
                Device.Stream stream = device.newStream()) {
            ByteBuffer host = device.allocateHost(8).bytes();
            host.putLong(0, 0x0102030405060708L);
            ByteBuffer back = ByteBuffer.allocateDirect(8);
            stream.upload(host, memory.address());
            stream.zero(memory.address() + 2, 3);
            stream.download(memory.address(), back);
            stream.await();
            assertThat(back.getLong(0)).isEqualTo(0x0807_0000_0003_0201L);
        }
        assertThat(device.usedBytes()).isZero();
    }

    @Test
    void memoryEnds() {
        EmulatedDevice device = new EmulatedDevice(EmulatedDevice.shipped().emulator(), 100);
        try (DeviceMemory memory = device.allocate(60)) {
            assertThat(memory.bytes()).isEqualTo(60);
            assertThatThrownBy(() -> device.allocate(41))
                    .isInstanceOf(DeviceOutOfMemoryException.class)
                    .hasMessage("emulated GPU has 40 of 100 bytes left, not 41");
        }
        device.allocate(100).close();
    }

    @Test
    void mistakesShow() {
        EmulatedDevice device = EmulatedDevice.shipped();
        ByteBuffer argument = ByteBuffer.allocateDirect((int) device.emulator().layout_of("Batch"));
        assertThatThrownBy(() -> launch(device, "decodeAll", 32, argument)).hasMessage("decodeAll: no kernel decodeAll");
        assertThatThrownBy(() -> launch(device, "decodeScans", 48, argument))
                .hasMessage("decodeScans: a grid that no GPU takes, or that leaves lanes idle");
        try (DeviceMemory memory = device.allocate(8);
                Device.Stream stream = device.newStream()) {
            stream.zero(memory.address() + 1, 8);
            assertThatThrownBy(stream::await).hasMessageEndingWith("are no memory of the device");
        }
    }

    private static void launch(Device device, String kernel, int threads, ByteBuffer argument) {
        try (Device.Stream stream = device.newStream()) {
            stream.launch(new Kernel(kernel), new Grid(1, 1, threads, 0), argument);
            stream.await();
        }
    }
}
