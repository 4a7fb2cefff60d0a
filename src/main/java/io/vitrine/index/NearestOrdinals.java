package io.vitrine.index;

import java.util.Arrays;

/**
 * The nearest vectors among those that were offered, up to a limit: a binary heap with the farthest at its root. Of equal scores the
 * lesser ordinal is nearer.
 */
final class NearestOrdinals {
    private final int limit;
    private float[] scores = new float[16];
    private int[] ordinals = new int[16];
    private int size;

    NearestOrdinals(int limit) {
        this.limit = limit;
    }

    void offer(int ordinal, float score) {
        if (size < limit) {
            grow();
            scores[size] = score;
            ordinals[size] = ordinal;
            up(size++);
        } else if (size > 0 && isFarther(scores[0], ordinals[0], score, ordinal)) {
            scores[0] = score;
            ordinals[0] = ordinal;
            down();
        }
    }

    private void grow() {
        if (size == scores.length) {
            scores = Arrays.copyOf(scores, size * 2);
            ordinals = Arrays.copyOf(ordinals, size * 2);
        }
    }

    private static boolean isFarther(float score, int ordinal, float otherScore, int otherOrdinal) {
        return score < otherScore || (score == otherScore && ordinal > otherOrdinal);
    }

    private boolean isFarther(int a, int b) {
        return isFarther(scores[a], ordinals[a], scores[b], ordinals[b]);
    }

    private void up(int from) {
        int at = from;
        while (at > 0 && isFarther(at, (at - 1) / 2)) {
            swap(at, (at - 1) / 2);
            at = (at - 1) / 2;
        }
    }

    private void down() {
        int at = 0;
        while (true) {
            int farthest = at;
            for (int child = 2 * at + 1; child <= 2 * at + 2 && child < size; child++) {
                if (isFarther(child, farthest)) {
                    farthest = child;
                }
            }
            if (farthest == at) {
                return;
            }
            swap(at, farthest);
            at = farthest;
        }
    }

    private void swap(int a, int b) {
        float score = scores[a];
        scores[a] = scores[b];
        scores[b] = score;
        int ordinal = ordinals[a];
        ordinals[a] = ordinals[b];
        ordinals[b] = ordinal;
    }

    int size() {
        return size;
    }

    /** The {@code i}-th, in no order. */
    int ordinal(int i) {
        return ordinals[i];
    }

    float score(int i) {
        return scores[i];
    }
}
