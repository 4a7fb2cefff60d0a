package io.vitrine.job.task;

import io.vitrine.fetch.Fetched;
import io.vitrine.job.rows.WorkItem;
import java.util.Iterator;

/** Decodes and preprocesses a task's images on the CPU, each when it is asked for. Used by one thread. */
final class DecodedImageIterator implements Iterator<DecodedImage> {
    private final AwaitedFiles files;
    private final CpuDecoding cpu;
    private final Runnable count;

    /** @param count called for each image that has bytes */
    DecodedImageIterator(AwaitedFiles files, CpuDecoding cpu, Runnable count) {
        this.files = files;
        this.cpu = cpu;
        this.count = count;
    }

    @Override
    public boolean hasNext() {
        return files.hasNext();
    }

    @Override
    public DecodedImage next() {
        Fetched<WorkItem> image = files.next();
        if (image instanceof Fetched.Loaded<WorkItem>) {
            count.run();
        }
        return cpu.decode(image, files.waited());
    }
}
