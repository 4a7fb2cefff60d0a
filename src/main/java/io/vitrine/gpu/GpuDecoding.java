package io.vitrine.gpu;

import io.vitrine.ConfigurationException;
import io.vitrine.cuda.CudaDevice;
import io.vitrine.cuda.Device;
import io.vitrine.cuda.DeviceException;
import io.vitrine.cuda.DeviceOutOfMemoryException;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.decode.ImageLimits;
import io.vitrine.image.preprocess.Preprocessing;

/** A decoder together with the GPU that it runs on. */
public final class GpuDecoding implements BatchDecoder {
    private final Device device;
    private final GpuDecoder decoder;

    private GpuDecoding(Device device, GpuDecoder decoder) {
        this.device = device;
        this.decoder = decoder;
    }

    /**
     * How much memory a decoder may take.
     *
     * @param deviceBytes of the GPU
     * @param stagingBytes page-locked, of the host
     */
    public record Memory(long deviceBytes, long stagingBytes) {}

    /**
     * Opens a GPU, compiles the kernels for it, and starts a decoder. Takes seconds.
     *
     * @param gpu its number, as ONNX Runtime counts
     * @param limits that headers are read with
     * @throws ConfigurationException if it cannot decode, with the reason
     */
    public static BatchDecoder open(
            int gpu, Preprocessing preprocessing, DecodeOptions options, ImageLimits limits, Memory memory) {
        try {
            return start(CudaDevice.open(gpu, Kernels.program()), preprocessing, options, limits, memory);
        } catch (DeviceException | DeviceOutOfMemoryException e) {
            throw new ConfigurationException(e.getMessage(), e);
        }
    }

    /** Starts a decoder on {@code device}, which is closed with it. */
    static BatchDecoder start(
            Device device, Preprocessing preprocessing, DecodeOptions options, ImageLimits limits, Memory memory) {
        try {
            return new GpuDecoding(
                    device,
                    GpuDecoder.builder(device, preprocessing)
                            .options(options)
                            .limits(limits)
                            .deviceBytes(memory.deviceBytes())
                            .stagingBytes(memory.stagingBytes())
                            .build());
        } catch (IllegalArgumentException e) {
            device.close();
            throw new ConfigurationException(e.getMessage(), e);
        } catch (RuntimeException | Error e) {
            device.close();
            throw e;
        }
    }

    @Override
    public Batch newBatch() {
        return decoder.newBatch();
    }

    @Override
    public void close() {
        decoder.close();
        if (!decoder.isStuck()) {
            device.close(); // waits for the device
        }
    }
}
