package io.vitrine.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.cuda.Device;
import io.vitrine.cuda.Device.DeviceMemory;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class BatchStreamTest {
    private static final byte[] FILE = new byte[HostChunks.BYTES];

    private final EmulatedDevice device = EmulatedDevice.shipped();

    @Test
    void aFileThatFindsNoRoomHoldsNone() throws HandOverException {
        HostChunks pool = new HostChunks(device, 3L * HostChunks.BYTES);
        BatchStream full = new BatchStream(pool);
        assertThatThrownBy(() -> full.append(new byte[4 * HostChunks.BYTES], 4 * HostChunks.BYTES))
                .hasMessage(HandOver.SIZE.name());
        BatchStream other = new BatchStream(pool);
        other.append(FILE, 1);
        assertThatThrownBy(() -> other.append(new byte[3 * HostChunks.BYTES], 3 * HostChunks.BYTES))
                .hasMessage(HandOver.SIZE.name());
        full.append(FILE, HostChunks.BYTES); // room for two chunks is left
        full.append(FILE, HostChunks.BYTES);
        assertThatThrownBy(() -> full.append(FILE, 1)).hasMessage(HandOver.SIZE.name());
        other.clear();
        full.append(FILE, 1);
        assertThat(full.length()).isEqualTo(2L * HostChunks.BYTES + 1);
    }

    @Test
    void filesLieOneAfterTheOther() throws HandOverException {
        byte[] data = new byte[HostChunks.BYTES + 1000];
        new Random(1).nextBytes(data);
        BatchStream stream = new BatchStream(new HostChunks(device, 1 << 24));
        stream.append(FILE, 300);
        stream.append(data, data.length);
        ByteBuffer back = ByteBuffer.allocateDirect(data.length);
        try (DeviceMemory memory = device.allocate(data.length);
                Device.Stream work = device.newStream()) {
            stream.upload(300, data.length, work, memory.address());
            work.download(memory.address(), back);
            work.await();
        }
        byte[] read = new byte[data.length];
        back.get(0, read);
        assertThat(read).isEqualTo(data);
    }
}
