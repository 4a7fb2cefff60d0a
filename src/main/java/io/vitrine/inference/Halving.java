package io.vitrine.inference;

import io.vitrine.VitrineException;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * Runs batches, and in two halves from the moment on that the device had no memory for a whole one. Halved once: if a half is
 * too much as well, the run says so. Used by one thread.
 */
final class Halving {
    private static final List<String> SIGNS =
            List.of("out of memory", "failed to allocate memory", "alloc_failed", "bfcarena");

    private final Function<Batch, Features> model;
    private int most = Integer.MAX_VALUE;

    Halving(Function<Batch, Features> model) {
        this.model = model;
    }

    /** Whether batches are halved by now. */
    boolean isHalved() {
        return most < Integer.MAX_VALUE;
    }

    Features run(Batch batch) {
        if (batch.count() <= most) {
            try {
                return model.apply(batch);
            } catch (VitrineException e) {
                if (isHalved() || batch.count() == 1 || !isOutOfMemory(e)) {
                    throw e;
                }
                most = (batch.count() + 1) / 2;
            }
        }
        Features first = model.apply(batch.part(0, most));
        Features second = model.apply(batch.part(most, batch.count() - most));
        return Features.joined(first, most, second);
    }

    private static boolean isOutOfMemory(Throwable e) {
        String text = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        return SIGNS.stream().anyMatch(text::contains);
    }
}
