package io.vitrine.gpu;

import io.vitrine.image.resample.AxisWeights;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Keeps the weights of axes that images repeat: at most {@link #MAX_WORDS}. Thread-safe. */
final class AxisCache {
    /** 16 MB: of 600 axes from 640 to 224 in the bicubic filter. */
    private static final long MAX_WORDS = 4 << 20;

    /** Computes weights. */
    interface Weights {
        AxisWeights of(int in, int out);
    }

    private record Key(int in, int out) {}

    private final Weights weights;
    private final Map<Key, AxisWeights> kept = new LinkedHashMap<>(16, 0.75f, true);
    private long words;

    AxisCache(Weights weights) {
        this.weights = weights;
    }

    Axis of(int in, int out) {
        if (in == out) {
            return new Axis(in, out, Optional.empty());
        }
        Key key = new Key(in, out);
        AxisWeights found;
        synchronized (kept) {
            found = kept.get(key);
        }
        if (found == null) {
            found = keep(key, weights.of(in, out));
        }
        return new Axis(in, out, Optional.of(found));
    }

    private AxisWeights keep(Key key, AxisWeights computed) {
        synchronized (kept) {
            AxisWeights other = kept.putIfAbsent(key, computed);
            if (other != null) {
                return other; // so that a batch has it once
            }
            words += computed.words();
            var eldest = kept.entrySet().iterator();
            while (words > MAX_WORDS && eldest.hasNext()) {
                words -= eldest.next().getValue().words();
                eldest.remove();
            }
            return computed;
        }
    }
}
