package io.vitrine.job.task;

import io.vitrine.report.RunRecord;
import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.CollectionAccumulator;
import org.apache.spark.util.LongAccumulator;

/**
 * Where the images of a run were decoded that has GPUs for it. A retried task counts twice.
 *
 * @param onGpu images that a GPU decoded
 * @param onCpu images that the CPU decoded instead, by {@link DecodingTally.Reason}
 * @param faults one entry for each decoder that could not be opened or was given up
 */
public record DecodingCounters(
        LongAccumulator onGpu,
        Map<DecodingTally.Reason, LongAccumulator> onCpu,
        CollectionAccumulator<RunRecord.DecoderFault> faults)
        implements Serializable {

    static DecodingCounters create(JavaSparkContext spark) {
        Map<DecodingTally.Reason, LongAccumulator> onCpu = new TreeMap<>();
        for (DecodingTally.Reason reason : DecodingTally.Reason.values()) {
            onCpu.put(reason, spark.sc().longAccumulator("vitrine.decoded-on-cpu." + reason.key()));
        }
        return new DecodingCounters(
                spark.sc().longAccumulator("vitrine.decoded-on-gpu"),
                onCpu,
                spark.sc().collectionAccumulator("vitrine.decoder-faults"));
    }

    void add(DecodingTally tally) {
        onGpu.add(tally.onGpu());
        onCpu.forEach((reason, count) -> count.add(tally.onCpu(reason)));
    }

    /** For the record: the reasons that occurred. */
    public Map<String, Long> handedOver() {
        Map<String, Long> counts = new TreeMap<>();
        onCpu.forEach((reason, count) -> {
            if (count.value() > 0) {
                counts.put(reason.key(), count.value());
            }
        });
        return counts;
    }
}
