package io.vitrine.dev.bench;

import io.vitrine.ConfigurationException;
import io.vitrine.graph.Precision;
import io.vitrine.inference.InferenceEngine;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The jobs that {@link Benchmark} measures, and how many images each has. */
final class Scenarios {
    private final Effort effort;
    private final int slots;

    Scenarios(Effort effort, int slots) {
        this.effort = effort;
        this.slots = slots;
    }

    /** @throws ConfigurationException if no job has one of the wanted names */
    List<Scenario> wanted() {
        List<Scenario> all = effort.jobs() == Effort.Jobs.ALL
                ? scenarios()
                : scenarios().subList(0, InferenceEngine.pytorch.isAvailable() ? 3 : 1);
        List<Scenario> wanted =
                all.stream().filter(job -> effort.wants(job.name())).toList();
        if (wanted.isEmpty()) {
            throw new ConfigurationException("No job has a name that contains " + String.join(" or ", effort.only())
                    + ". The names are:\n" + all.stream().map(Scenario::name).collect(Collectors.joining("\n")));
        }
        return wanted;
    }

    /** The jobs to measure, in order; the first three are those of {@link Effort.Jobs#FIRST}. */
    private List<Scenario> scenarios() {
        Scenario fp32 = Scenario.of(Precision.fp32, slots);
        Scenario bf16 = Scenario.of(Precision.bf16, slots);
        return Stream.of(
                        fp32,
                        bf16,
                        bf16.features(Scenario.Features.HALVES),
                        Scenario.of(Precision.fp32, 1),
                        Scenario.of(Precision.bf16, 1),
                        Scenario.of(Precision.int8, slots),
                        bf16.features(Scenario.Features.VECTORS),
                        bf16.features(Scenario.Features.POOLER),
                        fp32.features(Scenario.Features.POOLER),
                        bf16.place(Scenario.Place.LOCAL),
                        bf16.place(Scenario.Place.FAR),
                        bf16.place(Scenario.Place.SHARDS),
                        bf16.place(Scenario.Place.FAR_SHARDS),
                        bf16.photos(Photos.Kind.LARGE))
                .distinct() // on one core, some are the same
                .filter(scenario -> scenario.precision() != Precision.bf16 || InferenceEngine.pytorch.isAvailable())
                .toList();
    }

    /** Whether the bare engine is measured next to a job. */
    boolean isCompared(Scenario scenario) {
        Scenario plain = Scenario.of(scenario.precision(), scenario.slots());
        return scenario.precision() != Precision.int8
                && List.of(
                                plain,
                                plain.features(Scenario.Features.HALVES),
                                plain.features(Scenario.Features.POOLER),
                                plain.place(Scenario.Place.LOCAL))
                        .contains(scenario);
    }

    /** So many that all jobs take about as long. */
    int images(Scenario scenario) {
        boolean small = scenario.photos() == Photos.Kind.SMALL;
        int share = !small
                ? 1
                : switch (scenario.precision()) {
                    case bf16 -> 4;
                    case fp32 -> 2;
                    case fp16, int8 -> 1;
                };
        return effort.images() * share * scenario.slots() / slots / 2;
    }
}
