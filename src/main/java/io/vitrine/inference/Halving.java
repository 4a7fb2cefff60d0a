package io.vitrine.inference;

import io.vitrine.VitrineException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Runs batches, and in parts half as large from the moment on that the device had no memory for a whole one. Halved once, for
 * every task that shares the model: if a part is too much as well, the run says so.
 */
final class Halving {
    private static final List<String> SIGNS =
            List.of("out of memory", "failed to allocate memory", "alloc_failed", "bfcarena");

    private final AtomicInteger most = new AtomicInteger(Integer.MAX_VALUE);

    /** Whether batches are run in parts by now. */
    boolean isHalved() {
        return most.get() < Integer.MAX_VALUE;
    }

    Features run(Batch batch, Function<Batch, Features> model) {
        int whole = most.get();
        if (batch.count() <= whole) {
            try {
                return model.apply(batch);
            } catch (VitrineException e) {
                boolean again = most.get() < batch.count(); // another task has halved meanwhile
                if (!again && (isHalved() || batch.count() == 1 || !isOutOfMemory(e))) {
                    throw e;
                }
                most.compareAndSet(whole, (batch.count() + 1) / 2);
            }
        }
        return inParts(batch, most.get(), model);
    }

    private static Features inParts(Batch batch, int size, Function<Batch, Features> model) {
        Features all = null;
        for (int from = (batch.count() - 1) / size * size;
                from >= 0;
                from -= size) { // the last first: each holds its followers
            int count = Math.min(size, batch.count() - from);
            Features part = model.apply(batch.part(from, count));
            all = all == null ? part : Features.joined(part, count, all);
        }
        return all;
    }

    private static boolean isOutOfMemory(Throwable e) {
        String text = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        return SIGNS.stream().anyMatch(text::contains);
    }
}
