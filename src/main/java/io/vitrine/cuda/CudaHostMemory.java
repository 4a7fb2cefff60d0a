package io.vitrine.cuda;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Page-locked memory of the host. */
record CudaHostMemory(Pointer memory, int size, Resources.Resource resource) implements Device.HostMemory {
    private static final int PORTABLE = 1; // CU_MEMHOSTALLOC_PORTABLE: page-locked for every GPU

    static CudaHostMemory allocate(CudaContext context, Resources resources, int bytes) {
        PointerByReference memory = new PointerByReference();
        context.call(
                bytes + " bytes of page-locked memory (cuMemHostAlloc)",
                library -> library.cuMemHostAlloc(memory, bytes, PORTABLE));
        Pointer start = memory.getValue();
        start.clear(bytes);
        return new CudaHostMemory(start, bytes, resources.add(library -> library.cuMemFreeHost(start)));
    }

    /** The memory. Not to be touched after {@link #close}: the JVM would crash. */
    @Override
    public ByteBuffer bytes() {
        if (resource.isFreed()) {
            throw new IllegalStateException("The memory is freed");
        }
        return memory.getByteBuffer(0, size).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public void close() {
        resource.close();
    }
}
