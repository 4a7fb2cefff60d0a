package io.vitrine.search.batch;

import io.vitrine.index.Hit;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.function.Function2;

/** The nearest images of two answers to one query. */
final class MergeHits implements Function2<List<Hit>, List<Hit>, List<Hit>> {
    private static final long serialVersionUID = 1;
    private final int top;

    MergeHits(int top) {
        this.top = top;
    }

    @Override
    public List<Hit> call(List<Hit> a, List<Hit> b) {
        List<Hit> all = new ArrayList<>(a);
        all.addAll(b);
        all.sort(Hit.ORDER);
        return new ArrayList<>(all.subList(0, Math.min(top, all.size())));
    }
}
