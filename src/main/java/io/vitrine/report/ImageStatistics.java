package io.vitrine.report;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What tasks learn about images: histograms, the slowest images, and a few of each status. Its size does not depend on the
 * number of images, so that it can travel from every task to the driver. Used by one thread.
 */
public final class ImageStatistics implements Serializable {
    private static final long serialVersionUID = 1;

    /** Slow images that are kept. */
    public static final int SLOWEST = 10;

    private static final Comparator<SlowImage> BY_SECONDS =
            Comparator.comparingDouble(SlowImage::seconds).reversed().thenComparing(SlowImage::path);

    private final Map<String, Long> formats = new TreeMap<>();
    private final Histogram megapixels = new Histogram(Histogram.MEGAPIXEL_EDGES);
    private final Histogram fileBytes = new Histogram(Histogram.BYTE_EDGES);
    private final List<SlowImage> slowest = new ArrayList<>(); // the slowest first
    private final Gallery gallery = new Gallery();
    private long bytes;
    private long batches;
    private long batchedImages;

    /**
     * An image that took long.
     *
     * @param seconds from asking for its bytes to its pixels
     * @param bytes the file's length
     * @param width 0 if the header could not be read
     */
    public record SlowImage(String path, double seconds, long bytes, int width, int height) implements Serializable {}

    /** Counts a file that was read. */
    public void countFile(long length) {
        bytes += length;
        fileBytes.add((double) length);
    }

    /** Counts an image whose header was read. */
    public void countHeader(String format, int width, int height) {
        formats.merge(format, 1L, Long::sum);
        megapixels.add((double) width * height / 1e6);
    }

    /** Whether an image that took so long is one of the slowest so far. */
    public boolean isSlow(double seconds) {
        return slowest.size() < SLOWEST || seconds > slowest.get(SLOWEST - 1).seconds();
    }

    /** Notes an image that took long. */
    public void addSlow(SlowImage image) {
        slowest.add(image);
        slowest.sort(BY_SECONDS);
        if (slowest.size() > SLOWEST) {
            slowest.remove(SLOWEST);
        }
    }

    /** Counts model calls and the images in them. */
    public void countBatches(long calls, long images) {
        batches += calls;
        batchedImages += images;
    }

    /** A few images of each status. */
    public Gallery gallery() {
        return gallery;
    }

    /** Adds what another task learned. */
    public void add(ImageStatistics other) {
        other.formats.forEach((format, count) -> formats.merge(format, count, Long::sum));
        megapixels.add(other.megapixels);
        fileBytes.add(other.fileBytes);
        other.slowest.forEach(this::addSlow);
        gallery.add(other.gallery);
        bytes += other.bytes;
        batches += other.batches;
        batchedImages += other.batchedImages;
    }

    /** What is known about the images, for the record. */
    public RunDetails.Images images() {
        return new RunDetails.Images(
                bytes,
                Collections.unmodifiableMap(new TreeMap<>(formats)),
                megapixels.bars(),
                fileBytes.bars(),
                List.copyOf(slowest));
    }

    /** Model calls. */
    public long batches() {
        return batches;
    }

    /** Images in all model calls. */
    public long batchedImages() {
        return batchedImages;
    }
}
