package io.vitrine.cuda;

import com.sun.jna.Library;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;

/**
 * The functions of the CUDA driver that are called, by the names that cuda.h gives them in the library: where it has changed a
 * function, {@code _v2}. {@code size_t} and {@code CUdeviceptr} are 64 bits wide; each call returns a {@code CUresult}.
 */
interface CudaLibrary extends Library {
    int cuInit(int flags);

    int cuDriverGetVersion(IntByReference version);

    int cuGetErrorName(int error, PointerByReference text);

    int cuGetErrorString(int error, PointerByReference text);

    int cuDeviceGetCount(IntByReference count);

    int cuDeviceGet(IntByReference device, int ordinal);

    int cuDeviceGetName(byte[] name, int length, int device);

    int cuDeviceGetAttribute(IntByReference value, int attribute, int device);

    int cuDevicePrimaryCtxRetain(PointerByReference context, int device);

    int cuDevicePrimaryCtxRelease_v2(int device);

    int cuCtxSetCurrent(Pointer context);

    int cuCtxGetStreamPriorityRange(IntByReference least, IntByReference greatest);

    int cuModuleLoadDataEx(
            PointerByReference module, Pointer image, int optionCount, int[] options, Pointer[] optionValues);

    int cuModuleUnload(Pointer module);

    int cuModuleGetFunction(PointerByReference function, Pointer module, String name);

    int cuFuncSetAttribute(Pointer function, int attribute, int value);

    int cuMemGetInfo_v2(LongByReference free, LongByReference total);

    int cuMemAlloc_v2(LongByReference address, long bytes);

    int cuMemFree_v2(long address);

    int cuMemHostAlloc(PointerByReference memory, long bytes, int flags);

    int cuMemFreeHost(Pointer memory);

    int cuMemHostRegister_v2(Pointer memory, long bytes, int flags);

    int cuMemHostUnregister(Pointer memory);

    int cuStreamCreateWithPriority(PointerByReference stream, int flags, int priority);

    int cuStreamSynchronize(Pointer stream);

    int cuStreamDestroy_v2(Pointer stream);

    int cuEventCreate(PointerByReference event, int flags);

    int cuEventRecord(Pointer event, Pointer stream);

    int cuEventSynchronize(Pointer event);

    int cuEventDestroy_v2(Pointer event);

    int cuMemcpyHtoDAsync_v2(long to, Pointer from, long bytes, Pointer stream);

    int cuMemcpyDtoHAsync_v2(Pointer to, long from, long bytes, Pointer stream);

    int cuMemsetD8Async(long address, byte value, long bytes, Pointer stream);

    int cuLaunchKernel(
            Pointer function,
            int columns,
            int rows,
            int layers,
            int threadsAcross,
            int threadsDown,
            int threadsDeep,
            int sharedBytes,
            Pointer stream,
            Pointer arguments,
            Pointer extra);
}
