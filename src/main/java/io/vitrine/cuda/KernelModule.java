package io.vitrine.cuda;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import io.vitrine.ConfigurationException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Kernels on a GPU. Thread-safe. */
final class KernelModule {
    private static final int ERROR_LOG = 5; // CU_JIT_ERROR_LOG_BUFFER
    private static final int ERROR_LOG_BYTES = 6;
    private static final int LOG_BYTES = 1 << 14;
    private static final int MAX_DYNAMIC_SHARED = 8; // CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES
    private static final int SHARED_WITHOUT_ASKING = 48 << 10;
    private static final int NOT_FOUND = 500; // CUDA_ERROR_NOT_FOUND

    private final CudaContext context;
    private final Pointer module;
    private final Map<Device.Kernel, Function> functions = new ConcurrentHashMap<>();

    private KernelModule(CudaContext context, Pointer module) {
        this.context = context;
        this.module = module;
    }

    /**
     * Loads code.
     *
     * @throws ConfigurationException if the driver or the GPU does not take it
     */
    static KernelModule load(CudaContext context, MachineCode code) {
        PointerByReference module = new PointerByReference();
        try (Memory image = new Memory(code.bytes().length + 1L);
                Memory log = new Memory(LOG_BYTES)) {
            image.write(0, code.bytes(), 0, code.bytes().length);
            image.setByte(code.bytes().length, (byte) 0); // ends PTX
            log.clear();
            int[] options = {ERROR_LOG, ERROR_LOG_BYTES};
            Pointer[] values = {log, Pointer.createConstant(LOG_BYTES - 1)};
            int result = context.tryCall(
                    library -> library.cuModuleLoadDataEx(module, image, options.length, options, values));
            if (CudaError.isForeignCode(result)) {
                throw new ConfigurationException(context.name() + " does not take the code of " + code.compiler() + ": "
                        + context.driver().describe(result) + " "
                        + log.getString(0).strip()
                        + ". The driver supports CUDA " + context.driver().versionText()
                        + ": install a newer driver, or an NVRTC of that version or older");
            }
            context.check("cuModuleLoadDataEx", result);
        }
        return new KernelModule(context, module.getValue());
    }

    /**
     * A kernel that may use so much dynamic shared memory.
     *
     * @throws IllegalArgumentException if there is no kernel of that name
     */
    Pointer function(Device.Kernel kernel, int sharedBytes) {
        return functions.computeIfAbsent(kernel, this::find).withShared(sharedBytes);
    }

    private Function find(Device.Kernel kernel) {
        PointerByReference function = new PointerByReference();
        int result = context.tryCall(library -> library.cuModuleGetFunction(function, module, kernel.name()));
        if (result == NOT_FOUND) {
            throw new IllegalArgumentException("There is no kernel " + kernel.name());
        }
        context.check("cuModuleGetFunction", result);
        return new Function(function.getValue());
    }

    void unload() {
        context.free(library -> library.cuModuleUnload(module));
    }

    /** A kernel, and the shared memory that its blocks may use. */
    private final class Function {
        private final Pointer handle;
        private int sharedBytes = SHARED_WITHOUT_ASKING;

        Function(Pointer handle) {
            this.handle = handle;
        }

        synchronized Pointer withShared(int bytes) {
            if (bytes > sharedBytes) {
                context.call(
                        "cuFuncSetAttribute for " + bytes + " bytes of shared memory",
                        library -> library.cuFuncSetAttribute(handle, MAX_DYNAMIC_SHARED, bytes));
                sharedBytes = bytes;
            }
            return handle;
        }
    }
}
