package io.vitrine.cuda;

import com.sun.jna.Callback;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A CUDA driver without a GPU, {@code src/test/cpp/fakecuda.cpp}, that g++ compiles: JNA calls it as it calls the real one. Each
 * instance has a state of its own.
 */
public final class FakeCuda {
    private static final Path SOURCE = Path.of("src/test/cpp/fakecuda.cpp");
    private static final Path HEADERS = Path.of("/usr/local/cuda/include"); // cuda.h, to compare signatures
    private static final int TEXT_BYTES = 1 << 16;

    private final Path library;
    private final Controls controls;
    private final List<HostKernel> kernels = new ArrayList<>(); // reachable while native code may call them

    private FakeCuda(Path library) {
        this.library = library;
        this.controls = Native.load(library.toString(), Controls.class);
    }

    /** What a kernel does; a result other than 0 is an error of the device. */
    public interface HostKernel extends Callback {
        int run(Pointer argument, int columns, int rows, int threads, int sharedBytes);
    }

    /** The functions of the fake that the driver does not have. */
    interface Controls extends Library {
        void fakeSet(String key, long value);

        void fakeFail(String function, int call, int result);

        void fakeKernel(String name, long argumentBytes, HostKernel run);

        void fakeLive(byte[] text, int length);

        void fakeJournal(byte[] text, int length);
    }

    /** A fresh driver with one GPU; skips the test where there is no g++. */
    public static FakeCuda start(Path folder) throws IOException, InterruptedException {
        Path library = folder.resolve("fakecuda.so"); // by the driver's name, JNA would give it to others
        return new FakeCuda(Files.copy(Compiled.library(), library, StandardCopyOption.REPLACE_EXISTING));
    }

    /** The library, compiled by the first test that needs it. */
    private static final class Compiled {
        private static Path library;

        private static synchronized Path library() {
            if (library == null) {
                library = compile();
            }
            return library;
        }

        private static Path compile() {
            Path output = Path.of(
                            "target", "fakecuda-" + ProcessHandle.current().pid() + ".so")
                    .toAbsolutePath();
            output.toFile().deleteOnExit();
            GnuCompiler.compile(SOURCE, output, List.of("-I" + HEADERS));
            return output;
        }
    }

    /** The driver, started. */
    Driver driver() {
        return Driver.load(library.toString());
    }

    /** Opens GPU 0 with kernels of {@link #kernel}. */
    public CudaDevice open() {
        return open(0);
    }

    CudaDevice open(int gpu) {
        return CudaDevice.open(driver(), gpu, (driver, architecture) -> elf("NVRTC 0.0 for sm_" + architecture));
    }

    /** Something that looks like code. */
    static MachineCode elf(String compiler) {
        return new MachineCode("\177ELF".getBytes(StandardCharsets.US_ASCII), compiler);
    }

    /** A kernel of the program. */
    public void kernel(String name, long argumentBytes, HostKernel kernel) {
        kernels.add(kernel);
        controls.fakeKernel(name, argumentBytes, kernel);
    }

    /** Sets "version", "gpus", "capability", "memory" in bytes, "least" or "greatest" priority. */
    public void set(String key, long value) {
        controls.fakeSet(key, value);
    }

    /** Lets a call of {@code function}, counted from here, give {@code result}. */
    public void fail(String function, int call, int result) {
        controls.fakeFail(function, call, result);
    }

    /** What is not freed: "contexts 1, modules 1, ..."; empty if all is. */
    public String live() {
        byte[] text = new byte[TEXT_BYTES];
        controls.fakeLive(text, text.length);
        return Native.toString(text);
    }

    /** What the calls said that no other method shows, a line each. */
    String journal() {
        byte[] text = new byte[TEXT_BYTES];
        controls.fakeJournal(text, text.length);
        return Native.toString(text);
    }
}
