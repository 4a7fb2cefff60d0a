package io.vitrine.gpu;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import io.vitrine.cuda.Device;
import java.nio.ByteBuffer;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** A stream of the {@link EmulatedDevice}. After an error it does nothing more, and every call throws it. */
final class EmulatedStream implements Device.Stream {
    /** Checks addresses. */
    interface Memories {
        void require(long address, long bytes);

        /** Whether a range is within one allocation. */
        boolean contain(long address, long bytes);
    }

    private final Emulator emulator;
    private final Memories memories;
    private final ExecutorService worker = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "emulated-stream");
        thread.setDaemon(true);
        return thread;
    });
    private volatile RuntimeException failure;

    EmulatedStream(Emulator emulator, Memories memories) {
        this.emulator = emulator;
        this.memories = memories;
    }

    @Override
    public void upload(ByteBuffer from, long address) {
        ByteBuffer bytes = direct(from);
        later(() -> device(address, bytes.remaining()).put(bytes));
    }

    @Override
    public void download(long address, ByteBuffer to) {
        ByteBuffer bytes = direct(to);
        later(() -> bytes.put(device(address, bytes.remaining())));
    }

    private static ByteBuffer direct(ByteBuffer buffer) {
        if (!buffer.isDirect()) {
            throw new IllegalArgumentException("The device reads and writes direct buffers only");
        }
        return buffer.duplicate();
    }

    @Override
    public void zero(long address, long bytes) {
        later(() -> {
            memories.require(address, bytes);
            new Pointer(address).setMemory(0, bytes, (byte) 0);
        });
    }

    @Override
    public void launch(Device.Kernel kernel, Device.Grid grid, ByteBuffer structure) {
        Memory argument = new Memory(Math.max(structure.remaining(), emulator.layout_of("Batch")));
        argument.getByteBuffer(0, argument.size()).put(structure.duplicate());
        later(() -> {
            SectionGaps gaps =
                    new SectionGaps(emulator, argument, address -> memories.contain(address, LaunchLayout.GAP));
            String error = emulator.emulate_launch(
                    kernel.name(), grid.columns(), grid.rows(), grid.threads(), grid.sharedBytes(), argument);
            if (error != null) {
                throw new IllegalStateException(error);
            }
            gaps.check(kernel.name());
        });
    }

    private ByteBuffer device(long address, int bytes) {
        memories.require(address, bytes);
        return new Pointer(address).getByteBuffer(0, bytes);
    }

    private void later(Runnable work) {
        throwFailure();
        worker.execute(() -> {
            if (failure == null) {
                try {
                    work.run();
                } catch (RuntimeException e) {
                    failure = e;
                }
            }
        });
    }

    private void throwFailure() {
        if (failure != null) {
            throw new IllegalStateException(failure.getMessage(), failure);
        }
    }

    @Override
    public void await() {
        try {
            worker.submit(() -> {}).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the device works", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
        throwFailure();
    }

    /** Lets the work end, so that nothing writes to freed memory. */
    @Override
    public void close() {
        worker.shutdown();
        try {
            if (!worker.awaitTermination(1, TimeUnit.HOURS)) {
                throw new IllegalStateException("a kernel does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
