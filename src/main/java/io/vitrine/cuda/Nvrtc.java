package io.vitrine.cuda;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import io.vitrine.ConfigurationException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/** NVIDIA's run-time compiler. Needs no GPU. Thread-safe. */
final class Nvrtc {
    private static final int SUCCESS = 0;
    private static final long COMPILER_STACK_BYTES = 64 << 20; // compilers recurse; threads of the JVM have 1 MiB

    private final NvrtcLibrary library;
    private final int cuda;
    private final String version;

    private Nvrtc(NvrtcLibrary library, int major, int minor) {
        this.library = library;
        this.cuda = 1000 * major + 10 * minor;
        this.version = "NVRTC " + major + "." + minor;
    }

    /**
     * Loads a library.
     *
     * @param name its file, or a name that the loader searches for
     * @throws UnsatisfiedLinkError if there is none, or it lacks a function
     */
    static Nvrtc load(String name) {
        NvrtcLibrary library = NativeLibraries.load(name, NvrtcLibrary.class);
        IntByReference major = new IntByReference();
        IntByReference minor = new IntByReference();
        library.nvrtcVersion(major, minor);
        String builtins = "libnvrtc-builtins.so." + major.getValue() + "." + minor.getValue();
        NativeLibraries.loadBeside(name, builtins); // it asks for it when it compiles
        return new Nvrtc(library, major.getValue(), minor.getValue());
    }

    /** The version of CUDA that it is of, as drivers count: 12040 for 12.4. */
    int cuda() {
        return cuda;
    }

    /** For messages: "NVRTC 13.0". */
    String version() {
        return version;
    }

    /**
     * Compiles for one architecture, or for the newest below it that this compiler knows.
     *
     * @param architecture ten times the compute capability: 90 for 9.0
     * @throws ConfigurationException with the compiler's messages if it refuses the program
     */
    MachineCode compile(Program program, int architecture) {
        CompletableFuture<MachineCode> result = new CompletableFuture<>();
        Runnable compilation = () -> {
            try {
                result.complete(compileHere(program, architecture));
            } catch (RuntimeException | Error e) {
                result.completeExceptionally(e);
            }
        };
        new Thread(null, compilation, "nvrtc", COMPILER_STACK_BYTES).start();
        try {
            return result.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof ConfigurationException refused) {
                throw refused.withMessage(refused.getMessage()); // with the stack of the caller
            }
            throw e;
        }
    }

    private MachineCode compileHere(Program program, int architecture) {
        int known = newestKnown(architecture);
        // PTX runs on every later architecture, machine code only on its own and a few
        String target = (known == architecture ? "sm_" : "compute_") + known;
        PointerByReference handle = new PointerByReference();
        check(create(program, handle), "nvrtcCreateProgram");
        try {
            String[] options = {
                "--gpu-architecture=" + target,
                "-std=c++17",
                "--fmad=false" // floats round after each operation, as on the CPU
            };
            int result = library.nvrtcCompileProgram(handle.getValue(), options.length, options);
            if (result != SUCCESS) {
                throw new ConfigurationException(version + " cannot compile " + program.name() + " for " + target + " ("
                        + library.nvrtcGetErrorString(result) + "): " + log(handle.getValue()));
            }
            byte[] code = known == architecture
                    ? read(handle.getValue(), library::nvrtcGetCUBINSize, library::nvrtcGetCUBIN)
                    : read(handle.getValue(), library::nvrtcGetPTXSize, library::nvrtcGetPTX);
            return new MachineCode(code, version + " for " + target);
        } finally {
            library.nvrtcDestroyProgram(handle);
        }
    }

    private int create(Program program, PointerByReference handle) {
        List<Map.Entry<String, String>> headers = List.copyOf(program.headers().entrySet());
        return library.nvrtcCreateProgram(
                handle,
                program.source(),
                program.name(),
                headers.size(),
                headers.stream().map(Map.Entry::getValue).toArray(String[]::new),
                headers.stream().map(Map.Entry::getKey).toArray(String[]::new));
    }

    private int newestKnown(int architecture) {
        IntByReference count = new IntByReference();
        check(library.nvrtcGetNumSupportedArchs(count), "nvrtcGetNumSupportedArchs");
        int[] known = new int[count.getValue()];
        check(library.nvrtcGetSupportedArchs(known), "nvrtcGetSupportedArchs");
        return IntStream.of(known)
                .filter(one -> one <= architecture)
                .max()
                .orElseThrow(() -> new ConfigurationException(version + " compiles for GPUs of compute capability "
                        + IntStream.of(known).min().orElse(0) / 10.0 + " and later; this one has " + architecture / 10.0
                        + ". Install an older NVRTC"));
    }

    private String log(Pointer program) {
        return new String(
                        read(program, library::nvrtcGetProgramLogSize, library::nvrtcGetProgramLog),
                        StandardCharsets.UTF_8)
                .replace("\0", "")
                .strip();
    }

    private byte[] read(
            Pointer program,
            BiFunction<Pointer, LongByReference, Integer> size,
            BiFunction<Pointer, byte[], Integer> content) {
        LongByReference bytes = new LongByReference();
        check(size.apply(program, bytes), "The size of a result");
        byte[] result = new byte[Math.toIntExact(bytes.getValue())];
        if (result.length > 0) {
            check(content.apply(program, result), "Reading a result");
        }
        return result;
    }

    private void check(int result, String call) {
        if (result != SUCCESS) {
            throw new ConfigurationException(
                    call + " of " + version + " failed: " + library.nvrtcGetErrorString(result));
        }
    }
}
