package io.vitrine.catalog;

import java.util.HashMap;
import java.util.Map;
import org.apache.spark.util.AccumulatorV2;

/**
 * What the tasks of a listing leave out, by section. A section that is listed again replaces its counts, so retries and repeated
 * reads count once.
 */
final class ListedOmissions extends AccumulatorV2<Map.Entry<String, Omissions>, Map<String, Omissions>> {
    private static final long serialVersionUID = 1;

    private final HashMap<String, Omissions> sections = new HashMap<>();

    @Override
    public boolean isZero() {
        return sections.isEmpty();
    }

    @Override
    public ListedOmissions copy() {
        ListedOmissions copy = new ListedOmissions();
        copy.sections.putAll(sections);
        return copy;
    }

    @Override
    public void reset() {
        sections.clear();
    }

    @Override
    public void add(Map.Entry<String, Omissions> section) {
        sections.put(section.getKey(), section.getValue());
    }

    @Override
    public void merge(AccumulatorV2<Map.Entry<String, Omissions>, Map<String, Omissions>> other) {
        sections.putAll(other.value());
    }

    @Override
    public Map<String, Omissions> value() {
        return sections;
    }

    /** The sections so far. */
    long sections() {
        return sections.size();
    }

    /** The sum of all sections so far. */
    Omissions total() {
        Omissions total = new Omissions();
        sections.values().forEach(total::addAll);
        return total;
    }
}
