package io.vitrine.catalog;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Cuts a catalog into one slice a task, in order of path.
 *
 * <p>Slices get smaller: of what is left, each slot's next task takes half of its part. So a task's beginning and commit are
 * paid seldom, and yet all slots end together, though none of them keeps its speed: what the others wait for at the end is one of
 * the small ones. (With equal slices, four a slot, one of two slots of a shared machine idled for 7 of 79 seconds at the end.)
 */
public final class TaskSizes {
    /** Images a task does at most: what is lost when one dies, some minutes of a ViT-Base on one core. */
    static final int MAX_IMAGES = 1000;
    /** Images a task does at least, where there are that many: a task costs some milliseconds. */
    static final int MIN_IMAGES = 8;
    /** Where there are many, how far tasks shrink: their files should not be too small. */
    static final int LAST_IMAGES = 250;
    /** How far they shrink elsewhere, as a part of all that a slot does. */
    static final int LAST_PART = 32;

    private TaskSizes() {}

    /**
     * How many images each task does, in the order in which tasks start.
     *
     * @param images all there are
     * @param slots tasks that run at once
     * @param batchSize images a model call; tasks shrink to two calls, and what is left then goes to all slots
     */
    public static List<Integer> sizes(long images, int slots, int batchSize) {
        long last = Math.min(LAST_IMAGES, images / slots / LAST_PART);
        long least = Math.min(MAX_IMAGES, Math.max(last, Math.max(MIN_IMAGES, 2L * batchSize)));
        List<Integer> sizes = new ArrayList<>();
        long left = images;
        while (left > slots * least) {
            long size = Math.min(MAX_IMAGES, Math.max(least, left / (2L * slots)));
            sizes.addAll(Collections.nCopies(slots, Math.toIntExact(size)));
            left -= slots * size;
        }
        sizes.addAll(equal(left, (int) Math.min(slots, (left + MIN_IMAGES - 1) / MIN_IMAGES)));
        return sizes;
    }

    /** {@code images} over {@code tasks} tasks, as equally as can be. */
    public static List<Integer> equal(long images, int tasks) {
        List<Integer> sizes = new ArrayList<>(tasks);
        for (int i = 0; i < tasks; i++) {
            sizes.add(Math.toIntExact(images * (i + 1) / tasks - images * i / tasks));
        }
        return sizes;
    }

    /**
     * Cuts {@code refs} into slices that weigh as {@code sizes} says, none empty. An image weighs one for itself (inference costs
     * the same for all) and one for its share of the bytes (fetching and decoding grow with them).
     *
     * @param sizes as many images as there are
     */
    public static List<List<ImageRef>> cut(List<ImageRef> refs, List<Integer> sizes) {
        double mean = Math.max(
                1,
                refs.stream()
                        .mapToLong(ref -> Math.max(0, ref.length()))
                        .average()
                        .orElse(1));
        double each = refs.stream().mapToDouble(ref -> weight(ref, mean)).sum() / refs.size();
        List<List<ImageRef>> slices = new ArrayList<>();
        int start = 0;
        double sum = 0;
        double full = 0;
        for (int i = 0; i < refs.size(); i++) {
            if (start == i) {
                full += sizes.get(slices.size()) * each;
            }
            sum += weight(refs.get(i), mean);
            int left = sizes.size() - slices.size() - 1; // slices still to be begun
            boolean scarce = refs.size() - i - 1 == left; // each of the rest needs an image
            if (left > 0 && (sum >= full - each / 2 || scarce)) {
                slices.add(new ArrayList<>(refs.subList(start, i + 1)));
                start = i + 1;
            }
        }
        if (start < refs.size()) {
            slices.add(new ArrayList<>(refs.subList(start, refs.size())));
        }
        return slices;
    }

    private static double weight(ImageRef ref, double mean) {
        return 1 + Math.max(0, ref.length()) / mean;
    }
}
