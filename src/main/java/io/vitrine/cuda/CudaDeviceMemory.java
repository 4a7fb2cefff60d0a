package io.vitrine.cuda;

import com.sun.jna.ptr.LongByReference;

/** Memory of a GPU. Freeing it waits for all work of the GPU, so it is best kept. */
record CudaDeviceMemory(long address, long bytes, Resources.Resource resource) implements Device.DeviceMemory {
    static CudaDeviceMemory allocate(CudaContext context, Resources resources, long bytes) {
        LongByReference address = new LongByReference();
        context.call(bytes + " bytes (cuMemAlloc)", library -> library.cuMemAlloc_v2(address, bytes));
        return new CudaDeviceMemory(
                address.getValue(), bytes, resources.add(library -> library.cuMemFree_v2(address.getValue())));
    }

    @Override
    public void close() {
        resource.close();
    }
}
