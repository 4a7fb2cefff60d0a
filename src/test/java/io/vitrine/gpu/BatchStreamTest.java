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

    private static void keep(BatchStream stream, byte[] data) throws HandOverException {
        stream.write(data, 0, data.length);
        stream.keep();
        stream.drop();
    }

    private static void assertFull(BatchStream stream, int chunks) {
        int bytes = chunks * HostChunks.BYTES;
        assertThatThrownBy(() -> stream.write(new byte[bytes], 0, bytes)).hasMessage(HandOver.SIZE.name());
        stream.drop();
    }

    @Test
    void aFileThatFindsNoRoomHoldsNone() throws HandOverException {
        HostChunks pool = new HostChunks(device, 3L * HostChunks.BYTES);
        BatchStream stream = new BatchStream(pool);
        assertFull(stream, 4);
        BatchStream other = new BatchStream(pool);
        keep(other, new byte[1]);
        assertFull(other, 3);
        keep(stream, FILE); // room for two is left
        keep(stream, FILE);
        assertFull(stream, 1);
        other.clear();
        keep(stream, new byte[1]);
        assertThat(stream.length()).isEqualTo(2L * HostChunks.BYTES + 1);
        assertThat(stream.written()).isZero();
    }

    @Test
    void filesLieOneAfterTheOther() throws HandOverException {
        byte[] data = new byte[HostChunks.BYTES + 1000];
        new Random(1).nextBytes(data);
        BatchStream stream = new BatchStream(new HostChunks(device, 1 << 24));
        keep(stream, new byte[300]);
        stream.write(FILE, 0, 1000);
        stream.drop();
        stream.write(data, 0, 500);
        stream.write(data, 500, data.length - 500);
        stream.keep();
        assertThat(stream.length()).isEqualTo(300 + data.length);
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
