package io.vitrine.dev.bench;

import java.util.List;

/**
 * How much {@link Benchmark} does.
 *
 * @param rounds repetitions of everything; the table has the medians
 * @param loopSeconds the length of each loop in a round
 * @param images images of an fp32 job on all slots; other jobs get as many as take about as long
 * @param jobs which kinds of jobs to run
 * @param only texts of which a job's name must have one; if there are any, cold starts and peak memory are left out
 */
public record Effort(int rounds, double loopSeconds, int images, Jobs jobs, List<String> only) {
    /** About a quarter of an hour on two cores. */
    public static final Effort QUICK = new Effort(1, 12, 480, Jobs.FIRST, List.of());

    public static final Effort FULL = new Effort(3, 20, 960, Jobs.ALL, List.of());

    /** Kinds of jobs. */
    public enum Jobs {
        /** The first three of the list. */
        FIRST,
        ALL
    }

    public Effort withRounds(int number) {
        return new Effort(number, loopSeconds, images, jobs, only);
    }

    /** Jobs that are asked for by name are chosen from all of them. */
    public Effort withOnly(List<String> texts) {
        return new Effort(rounds, loopSeconds, images, texts.isEmpty() ? jobs : Jobs.ALL, List.copyOf(texts));
    }

    boolean wants(String job) {
        return only.isEmpty() || only.stream().anyMatch(job::contains);
    }
}
