package io.vitrine.job.plan;

import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.job.gpu.DecodeMemory;
import io.vitrine.job.gpu.GpuProfile;
import io.vitrine.job.task.DecodeDevice;
import io.vitrine.job.task.ModelDevice;
import io.vitrine.report.Counted;
import io.vitrine.report.DoneBefore;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.types.StructField;

/** A plan as text: one line per fact. */
public final class PlanDescription {
    private final ExtractPlan plan;
    private final PendingImages images;
    private final SparkConf conf;
    private final StringBuilder text = new StringBuilder();

    private PlanDescription(ExtractPlan plan, PendingImages images, SparkConf conf) {
        this.plan = plan;
        this.images = images;
        this.conf = conf;
    }

    /** The lines that describe {@code plan}. */
    public static String of(ExtractPlan plan, PendingImages images, SparkConf conf) {
        return new PlanDescription(plan, images, conf).describe();
    }

    private String describe() {
        line("images", images());
        long archives = images.all().archives();
        if (archives > 0) {
            line("archives", Counted.of(archives, "archive") + ", whose members are images");
        }
        images.all().omissions().toList().forEach(omission -> line("left out", omission.describe()));
        long web = images.all().webImages();
        if (web > 0) {
            line(
                    "web",
                    Counted.of(web, "image") + " at web addresses; hosts: "
                            + plan.request().web().hosts());
        }
        line("model", model());
        line("fingerprint", plan.model().spec().fingerprint());
        line("preprocessing", plan.model().preprocessing());
        line("input", input());
        if (plan.request().gpus().perExecutor() > 0) {
            line("gpus", GpuProfile.describe(conf, plan.request().gpus()));
        }
        line(
                "columns",
                plan.schema().features().stream().map(PlanDescription::column).collect(Collectors.joining(", ")));
        plan.labels().ifPresent(labels -> line("labels", labels.describe()));
        line(
                "batch size",
                plan.execution().batchSize()
                        + (plan.request().tasks().batchSize().isEmpty() ? " (chosen)" : ""));
        line("decoding", decoding());
        line("memory", MemoryEstimate.of(plan).toString());
        if (images.toDoCount() > 0) {
            line("plan", tasks());
        }
        line("output", plan.output().location() + " (" + plan.request().output().format() + ")");
        plan.notes().forEach(note -> line("note", note));
        return text.toString();
    }

    private void line(String name, String value) {
        text.append(String.format(Locale.ROOT, "%-14s %s%n", name, value));
    }

    private String images() {
        ImageCounts counts = images.counts();
        String toDo = counts.toDo() == counts.total() ? "" : " to do";
        String retried =
                counts.retried() == 0 ? "" : String.format(Locale.ROOT, " (%,d failed before)", counts.retried());
        String bytes = images.toDo().bytes().isPresent() && counts.toDo() > 0
                ? String.format(
                        Locale.ROOT, ", %,d bytes", images.toDo().bytes().getAsLong())
                : "";
        String done = counts.doneTotal() == 0 ? "" : ", " + DoneBefore.describe(counts.done());
        return String.format(Locale.ROOT, "%,d%s%s%s%s", counts.toDo(), toDo, retried, bytes, done);
    }

    private String model() {
        Checkpoint checkpoint = plan.model().plan().checkpoint();
        return String.format(
                Locale.ROOT,
                "%s (%s, hidden size %d, %,d parameters)",
                plan.model().spec().location(),
                Counted.of(checkpoint.config().layers(), "layer"),
                checkpoint.config().hiddenSize(),
                checkpoint.weights().parameters());
    }

    private String input() {
        ModelDevice device = plan.execution().device();
        return plan.model().plan().imageSize() + " pixels, "
                + plan.model().spec().compute().describe() + " on the " + device;
    }

    private String decoding() {
        if (plan.execution().decoding() instanceof DecodeDevice.Cpu cpu) {
            return "on the CPU: " + cpu.reason();
        }
        DecodeMemory memory = new DecodeMemory(
                plan.execution().batchSize(),
                plan.model().footprint().signature().imageBytes());
        return "of JPEGs on the GPU, the rest on the CPU; " + memory;
    }

    private String tasks() {
        long perCommit = plan.request().rerun().imagesPerCommit();
        String commits = images.toDoCount() <= perCommit ? "" : ", a commit every " + Counted.of(perCommit, "image");
        return Counted.of(plan.taskSizes(images.toDoCount()).size(), "task") + " on "
                + Counted.of(plan.execution().slots(), "slot") + ", one model per executor" + commits;
    }

    private static String column(StructField field) {
        return field.name() + " " + field.dataType().simpleString() + " "
                + field.metadata().getString("dtype")
                + Arrays.toString(field.metadata().getLongArray("shape"));
    }
}
