package io.vitrine.cuda;

import com.sun.jna.Library;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;

/** The functions of NVIDIA's run-time compiler that are called, from nvrtc.h. {@code size_t} is 64 bits wide. */
interface NvrtcLibrary extends Library {
    int nvrtcVersion(IntByReference major, IntByReference minor);

    int nvrtcGetNumSupportedArchs(IntByReference count);

    int nvrtcGetSupportedArchs(int[] architectures);

    int nvrtcCreateProgram(
            PointerByReference program,
            String source,
            String name,
            int headerCount,
            String[] headers,
            String[] headerNames);

    int nvrtcDestroyProgram(PointerByReference program);

    int nvrtcCompileProgram(Pointer program, int optionCount, String[] options);

    int nvrtcGetProgramLogSize(Pointer program, LongByReference bytes);

    int nvrtcGetProgramLog(Pointer program, byte[] log);

    int nvrtcGetCUBINSize(Pointer program, LongByReference bytes);

    int nvrtcGetCUBIN(Pointer program, byte[] cubin);

    int nvrtcGetPTXSize(Pointer program, LongByReference bytes);

    int nvrtcGetPTX(Pointer program, byte[] ptx);

    String nvrtcGetErrorString(int result);
}
