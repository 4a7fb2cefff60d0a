package io.vitrine.gpu;

import io.vitrine.ConfigurationException;
import io.vitrine.cuda.CudaDevice;
import io.vitrine.cuda.Device;
import io.vitrine.cuda.DeviceException;
import io.vitrine.cuda.DeviceOutOfMemoryException;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.preprocess.Preprocessing;

/**
 * Decoders for several preprocessings on one device, whose kernels they share. For checks and benchmarks; a job has one decoder,
 * {@link GpuDecoding}.
 */
public final class GpuDecoders implements AutoCloseable {
    private final Device device;

    /** @param device has the kernels; this closes it */
    public GpuDecoders(Device device) {
        this.device = device;
    }

    /**
     * Opens a GPU and compiles the kernels for it, which takes seconds.
     *
     * @throws ConfigurationException if it cannot decode, with the reason
     */
    public static GpuDecoders onGpu(int gpu) {
        try {
            return new GpuDecoders(CudaDevice.open(gpu, Kernels.program()));
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
        return GpuDecoder.builder(device, preprocessing).options(options).build();
    }

    /**
     * A decoder that may take as much memory as a job's, which the caller closes.
     *
     * @throws IllegalArgumentException if the preprocessing's images come out in different sizes
     */
    public BatchDecoder decoder(Preprocessing preprocessing, DecodeOptions options, GpuDecoding.Memory memory) {
        return GpuDecoder.builder(device, preprocessing)
                .options(options)
                .deviceBytes(memory.deviceBytes())
                .stagingBytes(memory.stagingBytes())
                .build();
    }

    @Override
    public void close() {
        device.close();
    }
}
