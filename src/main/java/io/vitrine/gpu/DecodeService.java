package io.vitrine.gpu;

import io.vitrine.cuda.Device;
import io.vitrine.cuda.DeviceOutOfMemoryException;
import io.vitrine.gpu.DecodeQueue.Entry;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decodes what waits in the queue, the files of several batches together. While it decodes, others gather. Every file gets an answer,
 * whatever happens, unless the device may still write its pixels: then its batch stops waiting.
 */
final class DecodeService implements Runnable {
    /** Structures of files that are decoded together. An image of 640 x 480 has about 30 KB, most of it weights. */
    static final long MAX_STRUCTURE_BYTES = 64L << 20;

    private static final Logger LOG = LoggerFactory.getLogger(DecodeService.class);

    private final Device device;
    private final OutputForm form;
    private final DecodeQueue queue;
    private final int maxFiles;
    private final Patience patience;
    private final LaunchSize size;

    /**
     * @param maxFiles that are decoded together
     * @param maxBytes of the device that they may take together; fewer while the device has less
     * @param patience with a device that fails
     */
    DecodeService(Device device, OutputForm form, DecodeQueue queue, int maxFiles, long maxBytes, Patience patience) {
        this.device = device;
        this.form = form;
        this.queue = queue;
        this.maxFiles = maxFiles;
        size = new LaunchSize(device.name(), maxBytes);
        this.patience = patience;
    }

    @Override
    public void run() {
        try (LaunchRunner runner = new LaunchRunner(device, form, size.limit(), patience)) {
            decodeAll(runner);
        } catch (RuntimeException | Error e) { // must not leave a task waiting
            LOG.warn("JPEG decoding on {} failed; the CPU decodes from here on", device.name(), e);
        } finally {
            handOver(queue.close());
            size.logFailures();
        }
    }

    private void decodeAll(LaunchRunner runner) {
        while (true) {
            List<Entry> files;
            try {
                files = queue.take(maxFiles, size.maxBytes() - LaunchLayout.SECTIONS_BYTES, MAX_STRUCTURE_BYTES);
            } catch (InterruptedException e) {
                return; // nobody but the decoder's owner knows this thread
            }
            if (files.isEmpty()) {
                return;
            }
            decode(runner, files);
        }
    }

    private void decode(LaunchRunner runner, List<Entry> files) {
        int[] statuses;
        try {
            statuses = runner.run(files);
        } catch (DeviceOutOfMemoryException e) {
            runner.freeMemory();
            halve(runner, files, e);
            return;
        } catch (UnsettledException e) {
            throw e; // without an answer
        } catch (RuntimeException | Error e) {
            handOver(files);
            throw e;
        }
        size.succeeded();
        for (int i = 0; i < statuses.length; i++) {
            answer(files.get(i), statuses[i] == 0 ? Optional.empty() : Optional.of(HandOver.DATA));
        }
    }

    private void halve(LaunchRunner runner, List<Entry> files, DeviceOutOfMemoryException cause) {
        if (files.size() == 1) {
            handOver(files);
            return;
        }
        size.failed(files.size(), files.stream().mapToLong(Entry::deviceBytes).sum(), cause);
        int half = files.size() / 2;
        List<Entry> rest = files.subList(half, files.size());
        try {
            decode(runner, files.subList(0, half));
        } catch (RuntimeException | Error e) {
            handOver(rest);
            throw e;
        }
        decode(runner, rest);
    }

    private static void handOver(List<Entry> files) {
        files.forEach(file -> answer(file, Optional.of(HandOver.DEVICE)));
    }

    private static void answer(Entry file, Optional<HandOver> answer) {
        file.batch().answer(file.index(), answer);
    }
}
