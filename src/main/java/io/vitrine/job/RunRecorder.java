package io.vitrine.job;

import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.job.metrics.Activity;
import io.vitrine.job.plan.ExtractPlan;
import io.vitrine.job.plan.PendingImages;
import io.vitrine.job.task.Counters;
import io.vitrine.job.task.DecodeDevice;
import io.vitrine.job.task.DecodingCounters;
import io.vitrine.job.task.ModelSpec;
import io.vitrine.report.PeakMemory;
import io.vitrine.report.RunRecord;
import io.vitrine.report.Versions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.apache.spark.sql.types.StructField;

/** Makes the record of a commit. */
final class RunRecorder {
    private final ExtractPlan plan;
    private final PendingImages images;
    private final Instant started;
    private final RunObserver observer;

    RunRecorder(ExtractPlan plan, PendingImages images, Instant started, RunObserver observer) {
        this.plan = plan;
        this.images = images;
        this.started = started;
        this.observer = observer;
    }

    RunRecord record(CommitAttempt attempt, CommittedRows rows, double seconds) {
        return new RunRecord(
                new RunRecord.Run(attempt.id(), started.toString(), seconds),
                new RunRecord.Places(
                        plan.request().input().places(),
                        plan.output().location(),
                        plan.request().output().format().name(),
                        images.all().omissions().toList()),
                model(),
                columns(),
                new RunRecord.Results(
                        rows.byStatus(),
                        rows.examples(),
                        rows.total(),
                        images.counts().doneTotal(),
                        images.counts().done(),
                        1,
                        seconds == 0 ? 0 : rows.total() / seconds),
                execution(attempt, rows.total()),
                usage(attempt.counters()),
                decoding(attempt.counters().decoding()),
                observer.details(attempt.counters(), rows.files(), plan.labels()),
                Versions.all(),
                plan.output().warnings().texts());
    }

    private RunRecord.Model model() {
        Checkpoint checkpoint = plan.model().plan().checkpoint();
        ModelSpec spec = plan.model().spec();
        return new RunRecord.Model(
                spec.location(),
                checkpoint.config().family().modelType(),
                spec.fingerprint(),
                checkpoint.weights().parameters(),
                spec.input().toString(),
                plan.model().preprocessing());
    }

    private List<RunRecord.Column> columns() {
        return plan.schema().features().stream().map(RunRecorder::column).toList();
    }

    private static RunRecord.Column column(StructField field) {
        List<Integer> shape = LongStream.of(field.metadata().getLongArray("shape"))
                .mapToObj(Math::toIntExact)
                .toList();
        return new RunRecord.Column(
                field.name(), field.dataType().simpleString(), field.metadata().getString("dtype"), shape);
    }

    private RunRecord.Execution execution(CommitAttempt attempt, long total) {
        ModelSpec spec = plan.model().spec();
        return new RunRecord.Execution(
                plan.taskSizes(total).size(),
                plan.execution().batchSize(),
                spec.compute().precision().name(),
                spec.compute().engine().name(),
                attempt.approximation(),
                attempt.counters().halvedTasks().value());
    }

    private static RunRecord.Usage usage(Counters counters) {
        Map<String, Double> times = new LinkedHashMap<>();
        for (Activity activity : Activity.values()) {
            if (activity == Activity.DECODE) { // of both, which older readers know
                times.put("decode_preprocess", counters.seconds(Activity.DECODE) + counters.seconds(Activity.RESIZE));
            }
            times.put(activity.key(), counters.seconds(activity));
        }
        return new RunRecord.Usage(
                List.copyOf(counters.modelLoads().value()),
                mostShared(counters.gpus().value()),
                times,
                PeakMemory.now());
    }

    private RunRecord.Decoding decoding(DecodingCounters counters) {
        return plan.execution().decoding() instanceof DecodeDevice.Cpu cpu
                ? RunRecord.Decoding.onCpu(cpu.reason())
                : RunRecord.Decoding.onGpu(
                        counters.onGpu().value(),
                        counters.handedOver(),
                        List.copyOf(counters.faults().value()));
    }

    /** The largest entry of each GPU. */
    private static List<RunRecord.GpuUse> mostShared(List<RunRecord.GpuUse> uses) {
        Map<String, RunRecord.GpuUse> largest = new TreeMap<>();
        for (RunRecord.GpuUse use : uses) {
            largest.merge(use.executor() + " " + use.address(), use, (a, b) -> a.tasks() >= b.tasks() ? a : b);
        }
        return new ArrayList<>(largest.values());
    }
}
