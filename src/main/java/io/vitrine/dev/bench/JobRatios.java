package io.vitrine.dev.bench;

import io.vitrine.graph.Precision;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** Ratios of whole jobs to their parts and to each other, from the rows of {@link Results}. */
final class JobRatios {
    private final Results results;
    private final int slots;
    private final Function<Scenario, String> engineRow;
    private final Map<String, Double> storeShares = new HashMap<>(); // by round and job
    private final Map<String, Double> busyShares = new HashMap<>();

    /** @param engineRow the name of the row that measures the bare engine for a job */
    JobRatios(Results results, int slots, Function<Scenario, String> engineRow) {
        this.results = results;
        this.slots = slots;
        this.engineRow = engineRow;
    }

    /**
     * Notes where a job's time went.
     *
     * @param round counts from 1
     * @param storeShare the store's part of the cores' time, 0 to 1
     * @param busyShare the part of the slots' time that is inference, decoding and preprocessing, 0 to 1
     */
    void note(int round, Scenario job, double storeShare, double busyShare) {
        storeShares.put(round + job.name(), storeShare);
        busyShares.put(round + job.name(), busyShare);
    }

    /** Adds the ratios to the results. */
    void add(Effort.Jobs jobs) {
        Scenario fp32 = Scenario.of(Precision.fp32, slots);
        Scenario bf16 = Scenario.of(Precision.bf16, slots);
        List<Scenario> compared = new ArrayList<>(List.of(fp32, bf16, bf16.features(Scenario.Features.HALVES)));
        if (jobs == Effort.Jobs.ALL) {
            compared.add(bf16.features(Scenario.Features.POOLER));
            compared.add(fp32.features(Scenario.Features.POOLER));
            compared.add(bf16.place(Scenario.Place.LOCAL));
        }
        compared.forEach(this::addEfficiency);
        addRatio("CPU-seconds of the fp32 job over the bf16 job", fp32.name(), bf16.name(), Measurement::cpuPerImage);
        if (jobs == Effort.Jobs.ALL) {
            addScaling(Precision.fp32);
            addScaling(Precision.bf16);
            addRatio(
                    "bf16 job with float16 hidden states over pooler_output and mean",
                    bf16.features(Scenario.Features.HALVES).name(),
                    bf16.features(Scenario.Features.VECTORS).name(),
                    Measurement::rate);
            addRatio(
                    "bf16 job on S3 20 ms away over S3 here",
                    bf16.place(Scenario.Place.FAR).name(),
                    bf16.name(),
                    Measurement::rate);
            addRatio(
                    "bf16 job on tars on S3 over files on S3",
                    bf16.place(Scenario.Place.SHARDS).name(),
                    bf16.name(),
                    Measurement::rate);
            addRatio(
                    "bf16 job on tars on S3 20 ms away over files there",
                    bf16.place(Scenario.Place.FAR_SHARDS).name(),
                    bf16.place(Scenario.Place.FAR).name(),
                    Measurement::rate);
            addRatio(
                    "CPU-seconds of the bf16 job on tars on S3 over the job on files",
                    bf16.place(Scenario.Place.SHARDS).name(),
                    bf16.name(),
                    Measurement::cpuPerImage);
        }
    }

    private void addEfficiency(Scenario job) {
        String name = "efficiency " + job.precision() + ", " + job.features().words + ", " + job.place().words
                + ": the job over what engine and preprocessing allow together";
        results.ratio(name, round -> efficiency(job, round));
        results.ratio(
                name + ", less the cores' time that the store took on this machine",
                round -> efficiency(job, round) / (1 - storeShares.getOrDefault(round + 1 + job.name(), 0.0)));
        results.ratio(
                "share of the slots' time in " + job.name() + " that is inference, decoding and preprocessing",
                round -> busyShares.getOrDefault(round + 1 + job.name(), Double.NaN));
    }

    /** 1 if the job's time is the engine's and the preprocessing's; NaN if one of them was not measured. */
    private double efficiency(Scenario job, int round) {
        Measurement engine = results.get(engineRow.apply(job), round);
        Measurement preprocess =
                results.get("decode and preprocess " + job.photos().words(), round);
        Measurement whole = results.get(job.name(), round);
        if (engine == null || whole == null) {
            return Double.NaN;
        }
        return whole.rate() * (1 / engine.rate() + 1 / preprocess.rate());
    }

    private void addScaling(Precision precision) {
        Scenario all = Scenario.of(precision, slots);
        Scenario one = Scenario.of(precision, 1);
        addRatio(precision + " job on " + slots + " slots over one", all.name(), one.name(), Measurement::rate);
        addRatio(
                precision + " engine on " + slots + " slots over one",
                engineRow.apply(all),
                engineRow.apply(one),
                Measurement::rate);
    }

    private void addRatio(String name, String above, String below, ToDoubleFunction<Measurement> value) {
        results.ratio(name, round -> {
            Measurement first = results.get(above, round);
            Measurement second = results.get(below, round);
            return first == null || second == null
                    ? Double.NaN
                    : value.applyAsDouble(first) / value.applyAsDouble(second);
        });
    }
}
