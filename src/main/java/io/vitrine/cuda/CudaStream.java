package io.vitrine.cuda;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A stream of the lowest priority there is, so that no other work waits longer than its due. That is CUDA's default too, which ONNX
 * Runtime's streams have: the model's work and this share the GPU as equals.
 */
final class CudaStream implements Device.Stream {
    private static final int NON_BLOCKING = 1; // CU_STREAM_NON_BLOCKING: does not wait for the default stream
    private static final int BLOCKING_SYNC = 1; // CU_EVENT_BLOCKING_SYNC: waiting threads sleep
    private static final int MAX_ARGUMENT_BYTES = 4096; // of a kernel's parameters, before CUDA 12.1

    private final CudaContext context;
    private final KernelModule kernels;
    private final Pointer stream;
    private final Pointer done; // an event
    private final Consumer<CudaStream> onClose;
    private final Memory argument = new Memory(MAX_ARGUMENT_BYTES);
    private final Memory arguments = new Memory(Native.POINTER_SIZE); // pointers to each
    private final List<ByteBuffer> inUse = new ArrayList<>(); // the device may read and write these
    private boolean closed;

    private CudaStream(
            CudaContext context, KernelModule kernels, Pointer stream, Pointer done, Consumer<CudaStream> onClose) {
        this.context = context;
        this.kernels = kernels;
        this.stream = stream;
        this.done = done;
        this.onClose = onClose;
        arguments.setPointer(0, argument);
    }

    static CudaStream create(CudaContext context, KernelModule kernels, Consumer<CudaStream> onClose) {
        IntByReference least = new IntByReference();
        IntByReference greatest = new IntByReference();
        context.call("cuCtxGetStreamPriorityRange", library -> library.cuCtxGetStreamPriorityRange(least, greatest));
        PointerByReference done = new PointerByReference();
        context.call("cuEventCreate", library -> library.cuEventCreate(done, BLOCKING_SYNC));
        PointerByReference stream = new PointerByReference();
        try {
            context.call(
                    "cuStreamCreateWithPriority",
                    library -> library.cuStreamCreateWithPriority(stream, NON_BLOCKING, least.getValue()));
        } catch (DeviceException | DeviceOutOfMemoryException e) {
            context.free(library -> library.cuEventDestroy_v2(done.getValue()));
            throw e;
        }
        return new CudaStream(context, kernels, stream.getValue(), done.getValue(), onClose);
    }

    @Override
    public synchronized void upload(ByteBuffer from, long address) {
        copy(
                from,
                "cuMemcpyHtoDAsync",
                (library, start) -> library.cuMemcpyHtoDAsync_v2(address, start, from.remaining(), stream));
    }

    @Override
    public synchronized void download(long address, ByteBuffer to) {
        copy(
                to,
                "cuMemcpyDtoHAsync",
                (library, start) -> library.cuMemcpyDtoHAsync_v2(start, address, to.remaining(), stream));
    }

    private interface Copy {
        int begin(CudaLibrary library, Pointer start);
    }

    private void copy(ByteBuffer host, String function, Copy copy) {
        requireOpen();
        if (!host.isDirect()) {
            throw new IllegalArgumentException("The device reads and writes direct buffers only");
        }
        if (!host.hasRemaining()) {
            return;
        }
        Pointer start = Native.getDirectBufferPointer(host).share(host.position());
        inUse.add(host);
        context.call(function, library -> copy.begin(library, start));
    }

    @Override
    public synchronized void zero(long address, long bytes) {
        requireOpen();
        if (bytes > 0) {
            context.call("cuMemsetD8Async", library -> library.cuMemsetD8Async(address, (byte) 0, bytes, stream));
        }
    }

    @Override
    public synchronized void launch(Device.Kernel kernel, Device.Grid grid, ByteBuffer structure) {
        requireOpen();
        if (structure.remaining() > MAX_ARGUMENT_BYTES) {
            throw new IllegalArgumentException(kernel.name() + ": an argument of " + structure.remaining()
                    + " bytes; kernels take at most " + MAX_ARGUMENT_BYTES);
        }
        Pointer function = kernels.function(kernel, grid.sharedBytes());
        argument.clear();
        argument.getByteBuffer(0, MAX_ARGUMENT_BYTES).put(structure.duplicate()); // the driver copies it in the call
        context.call(
                "cuLaunchKernel " + kernel.name(),
                library -> library.cuLaunchKernel(
                        function,
                        grid.columns(),
                        grid.rows(),
                        1,
                        grid.threads(),
                        1,
                        1,
                        grid.sharedBytes(),
                        stream,
                        arguments,
                        Pointer.NULL));
    }

    @Override
    public synchronized void await() {
        requireOpen();
        int recorded = context.tryCall(library -> library.cuEventRecord(done, stream));
        if (recorded == CudaError.OUT_OF_MEMORY) { // an event may need memory; this wait, on the CPU, needs none
            context.call("cuStreamSynchronize", library -> library.cuStreamSynchronize(stream));
        } else {
            context.check("cuEventRecord", recorded);
            context.call("cuEventSynchronize", library -> library.cuEventSynchronize(done));
        }
        inUse.clear();
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("The stream is closed");
        }
    }

    /** Waits for all work, and frees the stream. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        context.free(library -> library.cuStreamSynchronize(stream));
        context.free(library -> library.cuStreamDestroy_v2(stream));
        context.free(library -> library.cuEventDestroy_v2(done));
        inUse.clear();
        onClose.accept(this);
    }
}
