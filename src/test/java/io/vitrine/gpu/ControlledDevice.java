package io.vitrine.gpu;

import io.vitrine.cuda.Device;
import io.vitrine.cuda.DeviceOutOfMemoryException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Another device whose work a test can hold up or let fail. */
final class ControlledDevice implements Device {
    private final Device device;
    private final Semaphore permits = new Semaphore(0);
    private volatile boolean held;
    private volatile boolean broken;
    private volatile long largest;
    private final Semaphore waiting = new Semaphore(0);
    private final List<Integer> images = Collections.synchronizedList(new ArrayList<>());

    private final AtomicInteger failingAllocations = new AtomicInteger();
    private final AtomicInteger failingWaits = new AtomicInteger();
    private volatile Supplier<RuntimeException> waitFailure;
    private volatile boolean busy; // with what nobody has awaited
    private volatile boolean freedWhileBusy;
    private volatile boolean closed;

    ControlledDevice(Device device) {
        this.device = device;
    }

    /** Work does not end until {@link #release}. */
    void hold() {
        held = true;
    }

    /** Waits until somebody waits for work that is held up. */
    void awaitWork() throws InterruptedException {
        waiting.acquire();
    }

    void release() {
        held = false;
        permits.release(1000);
    }

    /** All calls fail from here on. */
    void fail() {
        broken = true;
    }

    /** So many waits from here on fail, while the work runs. */
    void failWaits(int waits, Supplier<RuntimeException> failure) {
        waitFailure = failure;
        failingWaits.set(waits);
    }

    /** Waits that are still to fail. */
    int failingWaits() {
        return Math.max(0, failingWaits.get());
    }

    /** Whether memory was freed that work might have been using. */
    boolean freedWhileBusy() {
        return freedWhileBusy;
    }

    /** So many allocations from here on find too little memory. */
    void failAllocations(int count) {
        failingAllocations.set(count);
    }

    /** Images of each launch. */
    List<Integer> launches() {
        return List.copyOf(images);
    }

    /** The most memory that was allocated at once, in bytes. */
    long largestAllocation() {
        return largest;
    }

    private void requireWhole() {
        if (broken) {
            throw new IllegalStateException("the device fell off the bus");
        }
    }

    @Override
    public String name() {
        return device.name();
    }

    @Override
    public DeviceMemory allocate(long bytes) {
        requireWhole();
        if (failingAllocations.getAndDecrement() > 0) {
            throw new DeviceOutOfMemoryException("none left for a moment");
        }
        largest = Math.max(largest, bytes);
        DeviceMemory memory = device.allocate(bytes);
        return new DeviceMemory() {
            @Override
            public long address() {
                return memory.address();
            }

            @Override
            public long bytes() {
                return memory.bytes();
            }

            @Override
            public void close() {
                freedWhileBusy |= busy;
                memory.close();
            }
        };
    }

    @Override
    public HostMemory allocateHost(int bytes) {
        requireWhole();
        return device.allocateHost(bytes);
    }

    @Override
    public Stream newStream() {
        Stream stream = device.newStream();
        return new Stream() {
            @Override
            public void upload(ByteBuffer from, long address) {
                requireWhole();
                busy = true;
                stream.upload(from, address);
            }

            @Override
            public void download(long address, ByteBuffer to) {
                requireWhole();
                stream.download(address, to);
            }

            @Override
            public void zero(long address, long bytes) {
                stream.zero(address, bytes);
            }

            @Override
            public void launch(Kernel kernel, Grid grid, ByteBuffer argument) {
                requireWhole();
                if (kernel.name().equals("transformBlocks")) {
                    images.add(grid.rows());
                }
                stream.launch(kernel, grid, argument);
            }

            @Override
            public void await() {
                if (held) {
                    waiting.release();
                    permits.acquireUninterruptibly();
                }
                requireWhole();
                if (failingWaits.getAndDecrement() > 0) {
                    throw waitFailure.get();
                }
                stream.await();
                busy = false;
            }

            @Override
            public void close() {
                stream.close();
            }
        };
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
        device.close();
    }
}
