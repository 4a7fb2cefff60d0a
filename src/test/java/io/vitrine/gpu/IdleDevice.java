package io.vitrine.gpu;

import io.vitrine.cuda.Device;
import java.nio.ByteBuffer;

/** Takes memory, and does nothing. */
final class IdleDevice implements Device {
    @Override
    public String name() {
        return "idle";
    }

    @Override
    public DeviceMemory allocate(long bytes) {
        return new DeviceMemory() {
            @Override
            public long address() {
                return 0;
            }

            @Override
            public long bytes() {
                return bytes;
            }

            @Override
            public void close() {
                // nothing is allocated
            }
        };
    }

    @Override
    public HostMemory allocateHost(int bytes) {
        ByteBuffer memory = ByteBuffer.allocateDirect(bytes);
        return new HostMemory() {
            @Override
            public ByteBuffer bytes() {
                return memory;
            }

            @Override
            public void close() {
                // the garbage collector frees it
            }
        };
    }

    @Override
    public Stream newStream() {
        return new IdleStream();
    }

    @Override
    public void close() {
        // nothing is open
    }

    private static final class IdleStream implements Device.Stream {
        @Override
        public void upload(ByteBuffer from, long address) {
            // idle
        }

        @Override
        public void download(long address, ByteBuffer to) {
            // idle
        }

        @Override
        public void zero(long address, long bytes) {
            // idle
        }

        @Override
        public void launch(Device.Kernel kernel, Device.Grid grid, ByteBuffer argument) {
            // idle
        }

        @Override
        public void await() {
            // idle
        }

        @Override
        public void close() {
            // idle
        }
    }
}
