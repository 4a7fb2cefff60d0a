package io.vitrine.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.cuda.Device;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.decode.ImageHeader;
import io.vitrine.image.decode.ImageLimits;
import io.vitrine.image.preprocess.ImagePreprocessor;
import io.vitrine.image.preprocess.Preprocessing;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Decodes files with kernels and on the CPU. What kernels give must be the CPU's bytes. */
final class GpuComparison implements AutoCloseable {
    private static final ImageLimits LIMITS = new ImageLimits(1 << 26, 1 << 24);
    private static final int BATCH = 24;

    private final Preprocessing preprocessing;
    private final ImagePreprocessor cpu;
    private final DeviceDecoder gpu;
    private final int imageBytes;
    private final Map<String, HandOver> handedOver = new TreeMap<>();
    private int equal;
    private int rejected;

    /** A file, by a name for messages. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Named(String name, byte[] bytes) {}

    GpuComparison(Device device, Preprocessing preprocessing, DecodeOptions options) {
        this.preprocessing = preprocessing;
        cpu = new ImagePreprocessor(preprocessing, LIMITS, options);
        gpu = DeviceDecoder.builder(device, preprocessing)
                .options(options)
                .limits(LIMITS)
                .build();
        imageBytes = OutputForm.of(preprocessing).bytes();
    }

    GpuComparison(Device device, Preprocessing preprocessing) {
        this(device, preprocessing, DecodeOptions.STANDARD);
    }

    /** Compares files. Those without a header that can be read do not count. */
    GpuComparison compare(List<Named> files) {
        try (BatchDecoder.Batch batch = gpu.newBatch()) {
            for (int from = 0; from < files.size(); from += BATCH) {
                compare(batch, files.subList(from, Math.min(from + BATCH, files.size())));
            }
        }
        return this;
    }

    private void compare(BatchDecoder.Batch batch, List<Named> files) {
        List<Named> added = new ArrayList<>();
        for (Named file : files) {
            FileBytes bytes = FileBytes.of(file.bytes);
            try {
                Optional<HandOver> refused = batch.add(bytes, cpu.readHeader(bytes));
                refused.ifPresentOrElse(reason -> handedOver.put(file.name, reason), () -> added.add(file));
            } catch (ImageRejectedException e) {
                rejected++;
            }
        }
        ByteBuffer pixels = ByteBuffer.allocateDirect(imageBytes * (added.size() + 1));
        int[] slots = new int[added.size()];
        for (int i = 0; i < slots.length; i++) {
            slots[i] = i < slots.length / 2 ? i : i + 1; // a gap, which nobody may write to
        }
        batch.start(pixels, slots);
        List<Optional<HandOver>> answers = batch.await();
        for (int i = 0; i < slots.length; i++) {
            Named file = added.get(i);
            int slot = slots[i];
            answers.get(i)
                    .ifPresentOrElse(
                            reason -> handedOver.put(file.name, reason),
                            () -> compare(file, pixels.slice(slot * imageBytes, imageBytes)));
        }
        assertThat(pixels.slice(slots.length / 2 * imageBytes, imageBytes))
                .as("a slot of no file")
                .isEqualTo(ByteBuffer.allocate(imageBytes));
    }

    private void compare(Named file, ByteBuffer pixels) {
        try {
            FileBytes bytes = FileBytes.of(file.bytes);
            ImageHeader header = cpu.readHeader(bytes);
            byte[] expected = cpu.preprocess(bytes, header).pixels();
            int mismatch = pixels.mismatch(ByteBuffer.wrap(expected));
            if (mismatch >= 0) {
                int different = 0;
                for (int i = 0; i < expected.length; i++) {
                    different += pixels.get(i) == expected[i] ? 0 : 1;
                }
                throw new AssertionError(String.format(
                        "%s with %s: %d of %d bytes differ, the first is %d: %d instead of %d",
                        file.name,
                        preprocessing,
                        different,
                        expected.length,
                        mismatch,
                        pixels.get(mismatch) & 0xff,
                        expected[mismatch] & 0xff));
            }
            equal++;
        } catch (ImageRejectedException e) {
            throw new AssertionError(file.name + " has pixels, but the CPU says " + e.reason() + ": " + e.getMessage());
        }
    }

    /** Files that kernels decoded, to the CPU's bytes. */
    int equal() {
        return equal;
    }

    /** Files whose headers cannot be read. */
    int rejected() {
        return rejected;
    }

    /** Why other files are for the CPU, by their names. */
    Map<String, HandOver> handedOver() {
        return handedOver;
    }

    @Override
    public void close() {
        gpu.close();
        cpu.close();
    }
}
