package io.vitrine.gpu;

import io.vitrine.cuda.Device;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.decode.ImageLimits;
import io.vitrine.image.preprocess.Preprocessing;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decodes on one device. Tasks prepare their files on their own threads; one thread drives the device. It decodes what tasks have
 * started and nothing else, so it never runs ahead of them. Once the device fails, every file is handed over at once.
 *
 * <p>Memory: as {@link MemoryLimits} says; {@link ImageMemory} says how much of the device's an image takes. Structures take 64 MiB of
 * page-locked memory beyond.
 */
public final class DeviceDecoder implements BatchDecoder {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceDecoder.class);
    private static final int MAX_FILES = 1024;
    private static final int JOIN_MILLIS = 100;

    /** Of a file, so that its bits can be counted. */
    private static final long MAX_DATA_BYTES = 128L << 20;

    private final Device device;
    private final Preprocessing preprocessing;
    private final DecodeOptions options;
    private final Patience patience;
    private final MemoryLimits memory;
    private final boolean closesDevice;
    private final OutputForm form;
    private final ResizePlans plans;
    private final HostChunks chunks;
    private final DecodeQueue queue = new DecodeQueue();
    private final Thread thread;

    private DeviceDecoder(Builder builder) {
        device = builder.device;
        patience = builder.patience;
        preprocessing = builder.preprocessing;
        options = builder.options;
        memory = builder.memory;
        closesDevice = builder.closesDevice;
        form = OutputForm.of(preprocessing);
        plans = new ResizePlans(preprocessing, builder.limits);
        chunks = new HostChunks(device, memory.stagingBytes());
        DecodeService service = new DecodeService(device, form, queue, MAX_FILES, memory.deviceBytes(), patience);
        thread = new Thread(service, "vitrine-gpu-decoder");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * A builder.
     *
     * @param device has the kernels; stays open when the decoder is closed, if {@link Builder#closesDevice} does not say otherwise
     * @param preprocessing whose images all come out in one size
     */
    public static Builder builder(Device device, Preprocessing preprocessing) {
        return new Builder(device, preprocessing);
    }

    @Override
    public Batch newBatch() {
        ImagePreparation preparation =
                new ImagePreparation(preprocessing, options, plans, form, memory.deviceBytes(), (int)
                        Math.min(memory.stagingBytes(), MAX_DATA_BYTES));
        return new TaskBatch(preparation, new BatchStream(chunks), queue, form, device.name(), patience);
    }

    /** Files that wait, for tests. */
    int waiting() {
        return queue.size();
    }

    /** Whether no more files are taken, because the decoder is being closed or the device failed. */
    boolean isClosed() {
        return queue.isClosed();
    }

    /**
     * Whether the device does not answer: it may still use memory of this decoder, so neither is freed before the process ends. Known
     * after {@link #close}.
     */
    boolean isStuck() {
        return thread.isAlive();
    }

    /** Ends after what is being decoded now; files that wait are handed over. Does not wait for a device that does not answer. */
    @Override
    public void close() {
        queue.closeForNew();
        boolean interrupted = false;
        long end = System.nanoTime() + patience.limit().toNanos();
        while (thread.isAlive() && !queue.isAbandoned() && System.nanoTime() - end < 0) {
            try {
                thread.join(JOIN_MILLIS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (isStuck()) {
            LOG.warn("{} does not answer; its memory is freed with the process", device.name());
        } else {
            chunks.close();
            if (closesDevice) {
                device.close(); // waits for the device
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Collects the settings of a decoder. */
    public static final class Builder {
        private final Device device;
        private final Preprocessing preprocessing;
        private DecodeOptions options = DecodeOptions.STANDARD;
        private ImageLimits limits = ImageLimits.DEFAULT;
        private MemoryLimits memory = MemoryLimits.DEFAULT;
        private boolean closesDevice;
        private Patience patience = Patience.DEFAULT;

        private Builder(Device device, Preprocessing preprocessing) {
            this.device = device;
            this.preprocessing = preprocessing;
        }

        /** Default: upright, at full size. */
        public Builder options(DecodeOptions options) {
            this.options = options;
            return this;
        }

        /** The limits that headers were read with. */
        public Builder limits(ImageLimits limits) {
            this.limits = limits;
            return this;
        }

        /** Default: {@link MemoryLimits#DEFAULT}. */
        public Builder memory(MemoryLimits memory) {
            this.memory = memory;
            return this;
        }

        /** The device is closed with the decoder, unless it does not answer. */
        public Builder closesDevice() {
            closesDevice = true;
            return this;
        }

        /** With a device that does not answer. */
        Builder patience(Patience patience) {
            this.patience = patience;
            return this;
        }

        /** @throws IllegalArgumentException if images come out in different sizes */
        public DeviceDecoder build() {
            return new DeviceDecoder(this);
        }
    }
}
