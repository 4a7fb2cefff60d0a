package io.vitrine.report;

import io.vitrine.report.ImageStatistics.SlowImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/** Adds up the records of a run's commits. */
final class RunRecordMerger {
    private final List<RunRecord> commits;
    private final RunRecord first;
    private final RunRecord last;

    /** @param commits at least one, in order */
    RunRecordMerger(List<RunRecord> commits) {
        this.commits = commits;
        this.first = commits.get(0);
        this.last = commits.get(commits.size() - 1);
    }

    RunRecord merge(String run) {
        double seconds = sum(RunRecord::seconds);
        return new RunRecord(
                new RunRecord.Run(run, first.identity().started(), seconds),
                first.places(),
                first.model(),
                first.columns(),
                results(seconds),
                execution(),
                usage(),
                decoding(),
                new RunDetails(
                        images(),
                        resources(),
                        last.details().progress(),
                        first.details().settings(),
                        commits.stream()
                                .flatMap(commit -> commit.details().labels().stream())
                                .reduce(LabelScores::plus)),
                first.versions(),
                last.warnings());
    }

    private double sum(ToDoubleFunction<RunRecord> value) {
        return commits.stream().mapToDouble(value).sum();
    }

    private long count(ToLongFunction<RunRecord> value) {
        return commits.stream().mapToLong(value).sum();
    }

    private RunRecord.Results results(double seconds) {
        Map<String, Long> images = new TreeMap<>();
        Map<String, RunRecord.Example> examples = new TreeMap<>();
        for (RunRecord commit : commits) {
            commit.images().forEach((status, count) -> images.merge(status, count, Long::sum));
            commit.examples().forEach(example -> examples.putIfAbsent(example.status(), example));
        }
        long total = images.values().stream().mapToLong(Long::longValue).sum();
        return new RunRecord.Results(
                images,
                List.copyOf(examples.values()),
                total,
                first.skipped(),
                first.doneBefore(),
                commits.size(),
                total / seconds);
    }

    private RunRecord.Execution execution() {
        return new RunRecord.Execution(
                Math.toIntExact(count(RunRecord::partitions)),
                first.batchSize(),
                first.precision(),
                first.engine(),
                first.approximation(),
                count(RunRecord::halvedTasks));
    }

    private RunRecord.Usage usage() {
        List<RunRecord.ModelLoad> loads = new ArrayList<>();
        Set<RunRecord.GpuUse> gpus = new LinkedHashSet<>();
        Map<String, Double> times = new LinkedHashMap<>();
        for (RunRecord commit : commits) {
            loads.addAll(commit.modelLoads());
            gpus.addAll(commit.gpus());
            commit.taskSeconds().forEach((activity, time) -> times.merge(activity, time, Double::sum));
        }
        return new RunRecord.Usage(loads, List.copyOf(gpus), times, last.driverPeak());
    }

    private RunRecord.Decoding decoding() {
        Map<String, Long> onCpu = new TreeMap<>();
        List<RunRecord.DecoderFault> faults = new ArrayList<>();
        for (RunRecord commit : commits) {
            commit.decoding().onCpu().forEach((reason, count) -> onCpu.merge(reason, count, Long::sum));
            faults.addAll(commit.decoding().faults());
        }
        RunRecord.Decoding planned = first.decoding();
        return new RunRecord.Decoding(
                planned.device(),
                planned.reason(),
                count(commit -> commit.decoding().onGpu()),
                onCpu,
                faults);
    }

    private RunDetails.Images images() {
        Map<String, Long> formats = new TreeMap<>();
        List<SlowImage> slowest = new ArrayList<>();
        for (RunRecord commit : commits) {
            RunDetails.Images images = commit.details().images();
            images.formats().forEach((format, count) -> formats.merge(format, count, Long::sum));
            slowest.addAll(images.slowest());
        }
        return new RunDetails.Images(
                count(commit -> commit.details().images().bytesRead()),
                formats,
                bars(RunDetails.Images::megapixels),
                bars(RunDetails.Images::fileBytes),
                slowest.stream()
                        .sorted(Comparator.comparingDouble(SlowImage::seconds).reversed())
                        .limit(ImageStatistics.SLOWEST)
                        .toList());
    }

    private List<Histogram.Bar> bars(Function<RunDetails.Images, List<Histogram.Bar>> histogram) {
        Map<Double, Histogram.Bar> bars = new TreeMap<>();
        for (RunRecord commit : commits) {
            for (Histogram.Bar bar : histogram.apply(commit.details().images())) {
                bars.merge(bar.from(), bar, (a, b) -> new Histogram.Bar(a.from(), a.to(), a.images() + b.images()));
            }
        }
        return List.copyOf(bars.values());
    }

    private RunDetails.Resources resources() {
        RunDetails.Resources all = last.details().resources();
        long batches = count(commit -> commit.details().resources().batches());
        double filled = sum(commit -> commit.details().resources().batches()
                * commit.details().resources().batchFill());
        return new RunDetails.Resources(
                all.executors(),
                all.cores(),
                sum(commit -> commit.details().resources().cpuSeconds()),
                sum(commit -> commit.details().resources().gcSeconds()),
                batches,
                batches == 0 ? 0 : filled / batches,
                count(commit -> commit.details().resources().storageRetries()),
                count(commit -> commit.details().resources().bytesWritten()),
                count(commit -> commit.details().resources().filesWritten()));
    }
}
