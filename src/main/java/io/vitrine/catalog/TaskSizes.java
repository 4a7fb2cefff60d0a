package io.vitrine.catalog;

import io.vitrine.archive.Extent;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;

/**
 * Cuts a catalog into one slice per task, in order of path.
 *
 * <p>Tasks shrink: each round of tasks takes half of the images that are left. Large tasks at the beginning mean few starts and
 * commits. Small tasks at the end mean that all slots finish at about the same time, whatever their speed.
 */
public final class TaskSizes {
    /** Limit on a task's images, and so on the work lost with a task: some minutes of a ViT-Base on one core. */
    static final int MAX_IMAGES = 1000;

    /** Images per task at least, if there are enough: a task costs some milliseconds. */
    static final int MIN_IMAGES = 8;

    /** How far tasks of a large catalog shrink. Fewer images would make small files. */
    static final int LAST_IMAGES = 250;

    /** How far tasks of a small catalog shrink: to this fraction of a slot's images, 1/32. */
    static final int LAST_FRACTION = 32;

    /** Tasks that unpack one compressed tar. Together they unpack at most 2.5 times its bytes. */
    static final int MAX_UNPACKERS = 4;

    /** Images of a compressed tar per task at least, as far as it is cut. */
    static final int MIN_UNPACKED_IMAGES = 32;

    private TaskSizes() {}

    /**
     * The number of images of each task, in the order in which tasks start.
     *
     * @param images to distribute
     * @param slots tasks that run at once
     * @param batchSize images per model call; tasks shrink to two calls, and all slots share the rest
     */
    public static List<Integer> shrinking(long images, int slots, int batchSize) {
        long last = Math.min(LAST_IMAGES, images / slots / LAST_FRACTION);
        long min = Math.min(MAX_IMAGES, Math.max(last, Math.max(MIN_IMAGES, 2L * batchSize)));
        List<Integer> sizes = new ArrayList<>();
        long left = images;
        while (left > slots * min) {
            long size = Math.min(MAX_IMAGES, Math.max(min, left / (2L * slots)));
            sizes.addAll(Collections.nCopies(slots, Math.toIntExact(size)));
            left -= slots * size;
        }
        sizes.addAll(equal(left, (int) Math.min(slots, (left + MIN_IMAGES - 1) / MIN_IMAGES)));
        return sizes;
    }

    /** {@code images} over {@code tasks} tasks. Sizes differ by one at most. */
    public static List<Integer> equal(long images, int tasks) {
        List<Integer> sizes = new ArrayList<>(tasks);
        for (int i = 0; i < tasks; i++) {
            sizes.add(Math.toIntExact(images * (i + 1) / tasks - images * i / tasks));
        }
        return sizes;
    }

    /**
     * Cuts {@code refs} into slices with the weight of {@code sizes} average images each, none empty. An image's weight is one for
     * inference, which costs the same for every image, plus its length divided by the mean length, for fetching and decoding.
     *
     * <p>A compressed tar is cut into {@value #MAX_UNPACKERS} slices at most, because each of its slices unpacks it from its
     * beginning. Its slices may be larger than {@code sizes}, and there may be fewer.
     *
     * @param sizes with the sum {@code refs.size()}
     */
    public static List<List<ImageRef>> slice(List<ImageRef> refs, List<Integer> sizes) {
        double meanLength = Math.max(
                1,
                refs.stream()
                        .mapToLong(ref -> Math.max(0, ref.length()))
                        .average()
                        .orElse(1));
        double meanWeight =
                refs.stream().mapToDouble(ref -> weight(ref, meanLength)).sum() / refs.size();
        BitSet whole = insidePieces(refs);
        List<List<ImageRef>> slices = new ArrayList<>();
        int start = 0;
        int used = 0; // of sizes
        double sum = 0;
        double target = 0;
        boolean held = false; // whether a slice that was full could not end
        for (int i = 0; i < refs.size(); i++) {
            if (start == i) {
                do {
                    target += sizes.get(used++) * meanWeight;
                } while (held && target <= sum && used < sizes.size()); // the last slice has the weight of several
                held = false;
            }
            sum += weight(refs.get(i), meanLength);
            int slicesLeft = sizes.size() - used;
            boolean oneImageEach = refs.size() - i - 1 == slicesLeft; // each slice after this one needs an image
            boolean isFull = slicesLeft > 0 && (sum >= target - meanWeight / 2 || oneImageEach);
            held |= isFull && whole.get(i);
            if (isFull && !whole.get(i)) {
                slices.add(new ArrayList<>(refs.subList(start, i + 1)));
                start = i + 1;
            }
        }
        if (start < refs.size()) {
            slices.add(new ArrayList<>(refs.subList(start, refs.size())));
        }
        return slices;
    }

    /** The images after which no slice may end: those of a compressed tar, but for the last ones of a few pieces. */
    private static BitSet insidePieces(List<ImageRef> refs) {
        BitSet inside = new BitSet(refs.size());
        for (int from = 0; from < refs.size(); ) {
            int end = from + 1;
            if (isUnpacked(refs.get(from))) {
                while (end < refs.size()
                        && refs.get(end).segment().equals(refs.get(from).segment())) {
                    end++;
                }
                inside.set(from, end - 1);
                int pieces = Math.min(MAX_UNPACKERS, (end - from) / MIN_UNPACKED_IMAGES);
                for (int piece = 1; piece < pieces; piece++) {
                    inside.clear(from + (int) ((long) (end - from) * piece / pieces) - 1);
                }
            }
            from = end;
        }
        return inside;
    }

    private static boolean isUnpacked(ImageRef ref) {
        return ref.source() instanceof ImageSource.ArchiveMember member
                && member.extent().packing() == Extent.Packing.GZIP_STREAM;
    }

    private static double weight(ImageRef ref, double meanLength) {
        return 1 + Math.max(0, ref.length()) / meanLength;
    }
}
