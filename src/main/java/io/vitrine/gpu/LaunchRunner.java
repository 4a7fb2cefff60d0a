package io.vitrine.gpu;

import io.vitrine.cuda.Device;
import io.vitrine.cuda.Device.Grid;
import io.vitrine.cuda.Device.Kernel;
import io.vitrine.cuda.DeviceException;
import io.vitrine.cuda.DeviceException.Damage;
import io.vitrine.cuda.DeviceOutOfMemoryException;
import io.vitrine.gpu.OutputForm.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Runs the kernels on some files: uploads them, decodes, downloads the pixels to their batches. Used by one thread. */
final class LaunchRunner implements AutoCloseable {
    private static final int WARP = 32;
    private static final int SCAN_THREADS = 256; // 8 warps, so 8 scans
    private static final int LARGE_SCAN_THREADS = 1024;
    private static final int TRANSFORM_THREADS = 128;
    private static final int RESIZE_THREADS = 256;

    /** Of threads, for all images together. Threads take more than one share of the work where images are large. */
    private static final int MAX_BLOCKS = 1 << 16;

    private static final int TILE_ROWS = 8; // of resizeRows

    private static final long RETRY_NANOS = 20_000_000;

    private final OutputForm form;
    private final Patience patience;
    private final ByteBuffer smallScans = argument();
    private final ByteBuffer largeScans = argument();
    private final ByteBuffer wholeBatch = argument();
    private final Device.Stream stream;
    private final DeviceArena arena;

    /**
     * @param maxBytes of the device that a launch takes
     * @param patience with a device that fails; its limit is how long it may take until nothing runs
     */
    LaunchRunner(Device device, OutputForm form, long maxBytes, Patience patience) {
        this.form = form;
        this.patience = patience;
        stream = device.newStream();
        arena = new DeviceArena(device, maxBytes);
    }

    private static ByteBuffer argument() {
        return ByteBuffer.allocateDirect(BatchLayout.BATCH_BYTES);
    }

    /**
     * Decodes files.
     *
     * <p>If it throws, the device does not read or write memory of the batches any more, but for an {@link UnsettledException}.
     *
     * @return what {@code enum Status} of {@code layout.h} says of each; pixels of those that are not 0 are undefined
     */
    int[] run(List<DecodeQueue.Entry> files) {
        try {
            return decode(files);
        } catch (RuntimeException | Error e) {
            settle(e);
            throw e;
        }
    }

    /** Waits until nothing of a failed launch runs: its files' answers let tasks write to the same memory. */
    private void settle(Throwable failure) {
        long end = System.nanoTime() + patience.limit().toNanos();
        while (!isSettled(failure)) {
            if (System.nanoTime() - end > 0) {
                throw new UnsettledException(failure);
            }
            LockSupport.parkNanos(RETRY_NANOS);
        }
    }

    private boolean isSettled(Throwable failure) {
        try {
            stream.await();
            return true;
        } catch (DeviceOutOfMemoryException e) { // of the wait, not of the work
            return false;
        } catch (DeviceException e) {
            boolean lost = e.damage() == Damage.DEVICE_LOST; // nothing runs on it
            if (lost && e != failure) {
                failure.addSuppressed(e);
            }
            return lost;
        } catch (IllegalStateException e) { // the stream is closed, which waited for all work
            failure.addSuppressed(e);
            return true;
        }
    }

    private int[] decode(List<DecodeQueue.Entry> files) {
        List<PreparedImage> images =
                files.stream().map(DecodeQueue.Entry::image).toList();
        LaunchLayout layout = new LaunchLayout(images, form);
        long base = arena.memory(layout.bytes());
        ByteBuffer host = arena.host(layout.structureBytes());
        layout.write(host);
        stream.upload(host, base);
        uploadData(files, base + layout.streamAt());
        stream.zero(base + layout.blockAt(), layout.blockBytes());
        launch(layout, images, base);
        ByteBuffer statuses = arena.host(layout.structureBytes()).limit(Integer.BYTES * files.size());
        stream.download(base + layout.statusAt(), statuses);
        downloadPixels(files, layout, base);
        stream.await();
        int[] result = new int[files.size()];
        statuses.order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(result);
        return result;
    }

    /** Copies what lies one after the other at once. */
    private void uploadData(List<DecodeQueue.Entry> files, long to) {
        long address = to;
        for (int i = 0; i < files.size(); ) {
            DecodeQueue.Entry first = files.get(i);
            long from = first.image().streamStart();
            long end = from;
            for (; i < files.size() && follows(first, files.get(i), end); i++) {
                end += files.get(i).image().streamBytes();
            }
            first.batch().stream().upload(from, end - from, stream, address);
            address += end - from;
        }
    }

    private static boolean follows(DecodeQueue.Entry first, DecodeQueue.Entry next, long end) {
        return next.batch() == first.batch() && next.image().streamStart() == end;
    }

    private void launch(LaunchLayout layout, List<PreparedImage> images, long base) {
        if (layout.smallScans() > 0) {
            layout.writeSmallScans(smallScans, base);
            int blocks = ceilDiv(layout.smallScans(), SCAN_THREADS / WARP);
            run("decodeScans", new Grid(blocks, 1, SCAN_THREADS, 0), smallScans);
        }
        if (layout.largeScans() > 0) {
            layout.writeLargeScans(largeScans, base);
            run("decodeLargeScans", new Grid(layout.largeScans(), 1, LARGE_SCAN_THREADS, 0), largeScans);
        }
        layout.writeArgument(wholeBatch, base);
        long maxBlocks = 0;
        int maxTiles = 0;
        for (PreparedImage image : images) {
            ResizePlan plan = image.plan();
            maxBlocks = Math.max(maxBlocks, image.jpeg().frame().blocks());
            int across = ceilDiv(Math.min(plan.horizontal().out(), form.size().width()), RESIZE_THREADS);
            maxTiles = Math.max(maxTiles, across * ceilDiv(plan.lastRow() - plan.firstRow(), TILE_ROWS));
        }
        String suffix = form.kind() == Kind.LEVELS ? "" : "Float";
        int values = 3 * form.size().width() * form.size().height();
        int count = images.size();
        run("transformBlocks", grid(maxBlocks, TRANSFORM_THREADS, count), wholeBatch);
        run("resizeRows" + suffix, grid((long) maxTiles * RESIZE_THREADS, RESIZE_THREADS, count), wholeBatch);
        run("resizeColumns" + suffix, grid(values, RESIZE_THREADS, count), wholeBatch);
    }

    private void run(String kernel, Grid grid, ByteBuffer argument) {
        stream.launch(new Kernel(kernel), grid, argument);
    }

    /** @param work of the largest image, for a thread each */
    private static Grid grid(long work, int threads, int images) {
        return new Grid((int) Math.min(MAX_BLOCKS / images, (work + threads - 1) / threads), images, threads, 0);
    }

    private static int ceilDiv(int dividend, int divisor) {
        return (dividend + divisor - 1) / divisor;
    }

    /** Copies slots that lie one after the other at once. */
    private void downloadPixels(List<DecodeQueue.Entry> files, LaunchLayout layout, long base) {
        for (int i = 0; i < files.size(); ) {
            int from = i;
            DecodeQueue.Entry first = files.get(i);
            while (i < files.size()
                    && files.get(i).batch() == first.batch()
                    && files.get(i).slot() == first.slot() + i - from) {
                i++;
            }
            stream.download(base + layout.outputAt(from), first.batch().pixels(first.slot(), i - from));
        }
    }

    /** Gives the device's memory back. */
    void freeMemory() {
        arena.freeMemory();
    }

    @Override
    public void close() {
        stream.close();
        arena.close();
    }
}
