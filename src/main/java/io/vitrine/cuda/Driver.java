package io.vitrine.cuda;

import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import io.vitrine.ConfigurationException;
import java.util.Optional;

/** NVIDIA's driver, started. Thread-safe. */
final class Driver {
    private static final String LIBRARY = "libcuda.so.1";
    private static final int OLDEST = 11020; // CUDA 11.2, the first whose NVRTC lists its architectures
    private static final int NO_DEVICE = 100; // CUDA_ERROR_NO_DEVICE
    private static final String CHECK = ". Check with nvidia-smi";

    private final CudaLibrary library;
    private final int version;

    private Driver(CudaLibrary library, int version) {
        this.library = library;
        this.version = version;
    }

    /**
     * The driver of this machine.
     *
     * @throws ConfigurationException if there is none, it is too old, or it sees no GPU; the message says what to do
     */
    static Driver load() {
        return load(LIBRARY);
    }

    /** The driver in {@code name}, a file or a name that the loader searches for. */
    static Driver load(String name) {
        try {
            return start(NativeLibraries.load(name, CudaLibrary.class));
        } catch (UnsatisfiedLinkError e) {
            throw new ConfigurationException(
                    "There is no NVIDIA driver: " + NativeLibraries.reason(e)
                            + ". Install it on this machine; a container"
                            + " gets it from NVIDIA's container toolkit (docker run --gpus all)",
                    e);
        }
    }

    private static Driver start(CudaLibrary library) {
        IntByReference version = new IntByReference();
        library.cuDriverGetVersion(version);
        Driver driver = new Driver(library, version.getValue());
        if (driver.version < OLDEST) {
            throw new ConfigurationException("The NVIDIA driver is too old: it supports CUDA " + driver.versionText()
                    + ". Install one that supports CUDA 11.2 or later");
        }
        int result = library.cuInit(0);
        if (result == NO_DEVICE) {
            throw new ConfigurationException("The NVIDIA driver sees no GPU" + visibleDevices() + CHECK);
        }
        if (result != CudaError.SUCCESS) {
            throw new ConfigurationException("The NVIDIA driver does not start: " + driver.describe(result) + CHECK);
        }
        return driver;
    }

    CudaLibrary library() {
        return library;
    }

    /** The major version of CUDA that it supports. */
    int cudaMajor() {
        return version / 1000;
    }

    /** The version of CUDA that it supports: "12.4". */
    String versionText() {
        return version / 1000 + "." + version % 1000 / 10;
    }

    /**
     * The handle of a GPU.
     *
     * @throws ConfigurationException if there is none of that number
     */
    int device(int gpu) {
        IntByReference count = new IntByReference();
        requireStart(library.cuDeviceGetCount(count), "cuDeviceGetCount");
        if (gpu < 0 || gpu >= count.getValue()) {
            throw new ConfigurationException("There is no GPU " + gpu + ": the NVIDIA driver sees " + count.getValue()
                    + visibleDevices() + CHECK);
        }
        IntByReference device = new IntByReference();
        requireStart(library.cuDeviceGet(device, gpu), "cuDeviceGet");
        return device.getValue();
    }

    /** Requires that a call before any work succeeded. */
    void requireStart(int result, String function) {
        if (result != CudaError.SUCCESS) {
            throw new ConfigurationException("The GPU cannot be used: " + function + ": " + describe(result) + CHECK);
        }
    }

    /** What an error means: "an illegal memory access was encountered (CUDA_ERROR_ILLEGAL_ADDRESS, 700)". */
    String describe(int result) {
        PointerByReference text = new PointerByReference();
        PointerByReference name = new PointerByReference();
        boolean known = library.cuGetErrorString(result, text) == CudaError.SUCCESS
                && library.cuGetErrorName(result, name) == CudaError.SUCCESS;
        return known
                ? text.getValue().getString(0) + " (" + name.getValue().getString(0) + ", " + result + ")"
                : "error " + result;
    }

    private static String visibleDevices() {
        return Optional.ofNullable(System.getenv("CUDA_VISIBLE_DEVICES"))
                .map(value -> " (CUDA_VISIBLE_DEVICES=" + value + ")")
                .orElse("");
    }
}
