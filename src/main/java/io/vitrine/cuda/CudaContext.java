package io.vitrine.cuda;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import io.vitrine.ConfigurationException;
import io.vitrine.cuda.DeviceException.Damage;
import java.nio.charset.StandardCharsets;
import java.util.function.ToIntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The primary context of a GPU, which all CUDA code of a process shares, ONNX Runtime included. Checks each call. Thread-safe.
 */
final class CudaContext implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CudaContext.class);
    private static final int MAJOR = 75; // CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR
    private static final int MINOR = 76;
    private static final int NAME_BYTES = 256;

    private final Driver driver;
    private final int device;
    private final String name;
    private final Pointer context;
    private volatile String loss = ""; // why the device is lost
    private boolean closed;

    private CudaContext(Driver driver, int device, String name, Pointer context) {
        this.driver = driver;
        this.device = device;
        this.name = name;
        this.context = context;
    }

    /**
     * Joins the context, and makes it if nothing else has.
     *
     * @throws ConfigurationException if there is no such GPU, or another process has it for itself
     * @throws DeviceOutOfMemoryException if the GPU has no memory left for a context
     */
    static CudaContext retain(Driver driver, int gpu) {
        int device = driver.device(gpu);
        byte[] name = new byte[NAME_BYTES];
        driver.requireStart(driver.library().cuDeviceGetName(name, name.length, device), "cuDeviceGetName");
        String label = "GPU " + gpu + " (" + Native.toString(name, StandardCharsets.UTF_8.name()) + ")";
        PointerByReference context = new PointerByReference();
        int result = driver.library().cuDevicePrimaryCtxRetain(context, device);
        if (result == CudaError.OUT_OF_MEMORY) {
            throw new DeviceOutOfMemoryException(label + " has no memory left for another process");
        }
        driver.requireStart(result, "cuDevicePrimaryCtxRetain");
        return new CudaContext(driver, device, label, context.getValue());
    }

    /** For messages: "GPU 0 (NVIDIA H100 80GB HBM3)". */
    String name() {
        return name;
    }

    Driver driver() {
        return driver;
    }

    /** Ten times the compute capability: 90 for 9.0. */
    int architecture() {
        return 10 * attribute(MAJOR) + attribute(MINOR);
    }

    private int attribute(int attribute) {
        IntByReference value = new IntByReference();
        call("cuDeviceGetAttribute", library -> library.cuDeviceGetAttribute(value, attribute, device));
        return value.getValue();
    }

    /**
     * Calls a function of the driver in this context.
     *
     * @param function for messages
     * @throws DeviceOutOfMemoryException if the driver says so
     * @throws DeviceException for any other error, at once if the device was lost before
     */
    void call(String function, ToIntFunction<CudaLibrary> call) {
        check(function, tryCall(call));
    }

    /** Requires that {@code function} succeeded; throws as {@link #call}. */
    void check(String function, int result) {
        if (result == CudaError.OUT_OF_MEMORY) {
            throw new DeviceOutOfMemoryException(name + " has too little memory left for " + function + freeMemory());
        }
        if (result != CudaError.SUCCESS) {
            throw failure(function, result);
        }
    }

    /**
     * Calls a function of the driver in this context.
     *
     * @return its result
     * @throws DeviceException if the device was lost before
     */
    int tryCall(ToIntFunction<CudaLibrary> call) {
        if (!loss.isEmpty()) {
            throw new DeviceException(loss, Damage.DEVICE_LOST);
        }
        int current = driver.library().cuCtxSetCurrent(context); // of this thread
        if (current != CudaError.SUCCESS) {
            throw failure("cuCtxSetCurrent", current);
        }
        return call.applyAsInt(driver.library());
    }

    /** Calls a function that frees something. Nothing can be done if it fails. */
    void free(ToIntFunction<CudaLibrary> call) {
        if (driver.library().cuCtxSetCurrent(context) == CudaError.SUCCESS) {
            int result = call.applyAsInt(driver.library());
            if (result != CudaError.SUCCESS) {
                LOG.debug("{}: something is not freed: {}", name, driver.describe(result));
            }
        }
    }

    private DeviceException failure(String function, int result) {
        Damage damage = CudaError.damage(result);
        String message = name + " failed: " + function + ": " + driver.describe(result);
        if (damage == Damage.DEVICE_LOST) {
            message += ". Nothing runs on it in this process from here on";
            loss = message;
        }
        return new DeviceException(message, damage);
    }

    private String freeMemory() {
        LongByReference free = new LongByReference();
        LongByReference total = new LongByReference();
        return driver.library().cuMemGetInfo_v2(free, total) == CudaError.SUCCESS
                ? ": " + (free.getValue() >> 20) + " MiB of " + (total.getValue() >> 20) + " MiB are free"
                : "";
    }

    /** Leaves the context. It ends when ONNX Runtime and all others have left it too. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            driver.library().cuDevicePrimaryCtxRelease_v2(device);
        }
    }
}
