package io.vitrine.gpu;

import io.vitrine.ConfigurationException;
import io.vitrine.cuda.CudaDevice;
import io.vitrine.cuda.Device;
import io.vitrine.cuda.DeviceException;
import io.vitrine.cuda.DeviceOutOfMemoryException;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.decode.ImageLimits;
import io.vitrine.image.preprocess.Preprocessing;

/** A GPU that has the kernels. A job has one decoder on it; checks and benchmarks have several, for different preprocessings. */
public final class DecodingDevice implements AutoCloseable {
    private final Device device;

    /** @param device has the kernels; closed with this */
    public DecodingDevice(Device device) {
        this.device = device;
    }

    /**
     * Opens a GPU and compiles the kernels for it, which takes seconds.
     *
     * @param gpu its number, as ONNX Runtime counts
     * @throws ConfigurationException if it cannot decode, with the reason
     */
    public static DecodingDevice onGpu(int gpu) {
        try {
            return new DecodingDevice(CudaDevice.open(gpu, Kernels.program()));
        } catch (DeviceException | DeviceOutOfMemoryException e) {
            throw new ConfigurationException(e.getMessage(), e);
        }
    }

    /** "GPU 0 (NVIDIA H100 80GB HBM3)". */
    public String name() {
        return device.name();
    }

    /**
     * A decoder, which the caller closes.
     *
     * @throws IllegalArgumentException if the preprocessing's images come out in different sizes
     */
    public BatchDecoder decoder(Preprocessing preprocessing, DecodeOptions options) {
        return decoder(preprocessing, options, MemoryLimits.DEFAULT);
    }

    /**
     * A decoder, which the caller closes.
     *
     * @throws IllegalArgumentException if the preprocessing's images come out in different sizes
     */
    public BatchDecoder decoder(Preprocessing preprocessing, DecodeOptions options, MemoryLimits memory) {
        return DeviceDecoder.builder(device, preprocessing)
                .options(options)
                .memory(memory)
                .build();
    }

    /**
     * The only decoder of this device, which closes it with itself; a device that does not answer stays open. The device is closed too
     * if there is no decoder.
     *
     * @param limits that headers are read with
     * @throws ConfigurationException if the preprocessing's images come out in different sizes
     */
    public BatchDecoder onlyDecoder(
            Preprocessing preprocessing, DecodeOptions options, ImageLimits limits, MemoryLimits memory) {
        try {
            return DeviceDecoder.builder(device, preprocessing)
                    .options(options)
                    .limits(limits)
                    .memory(memory)
                    .closesDevice()
                    .build();
        } catch (IllegalArgumentException e) {
            close();
            throw new ConfigurationException(e.getMessage(), e);
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    @Override
    public void close() {
        device.close();
    }
}
