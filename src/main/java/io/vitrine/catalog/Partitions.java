package io.vitrine.catalog;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a catalog into one slice a task, in order of path, so that slices weigh the same.
 *
 * <p>An image weighs one for itself (inference costs the same for all) and one for its share of the bytes (fetching and
 * decoding grow with them).
 */
public final class Partitions {
    /** Slices a slot gets at least, so that a slow one can be made up for. */
    static final int PER_SLOT = 4;
    /** Images a task does at most: what is lost when one dies, some minutes of a ViT-Base on one core. */
    static final int MAX_IMAGES = 1000;
    /** Images a task does at least, where there are that many: a task costs some milliseconds. */
    static final int MIN_IMAGES = 8;

    private Partitions() {}

    /** How many tasks {@code images} are worth on {@code slots} slots. */
    public static int count(long images, int slots) {
        long wanted = Math.max((long) slots * PER_SLOT, (images + MAX_IMAGES - 1) / MAX_IMAGES);
        long most = Math.max(1, images / MIN_IMAGES);
        return Math.toIntExact(Math.min(wanted, most));
    }

    /** Cuts {@code refs} into {@code count} slices of equal weight, none empty. */
    public static List<List<ImageRef>> cut(List<ImageRef> refs, int count) {
        double mean = Math.max(
                1,
                refs.stream()
                        .mapToLong(ref -> Math.max(0, ref.length()))
                        .average()
                        .orElse(1));
        double total = refs.stream().mapToDouble(ref -> weight(ref, mean)).sum();
        List<List<ImageRef>> slices = new ArrayList<>();
        int start = 0;
        double sum = 0;
        for (int i = 0; i < refs.size(); i++) {
            sum += weight(refs.get(i), mean);
            int left = count - slices.size() - 1; // slices still to be begun
            boolean full = sum >= total * (slices.size() + 1) / count;
            boolean scarce = refs.size() - i - 1 == left; // each of the rest needs an image
            if (left > 0 && (full || scarce)) {
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
