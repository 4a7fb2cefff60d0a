package io.vitrine.job;

import io.vitrine.image.Pictures;
import io.vitrine.job.gpu.DecoderHolder;
import io.vitrine.job.gpu.DecoderKey;
import io.vitrine.job.plan.ExtractPlan;
import io.vitrine.job.plan.ExtractPlanner;
import io.vitrine.job.request.ExtractRequest;
import io.vitrine.job.request.ReportPictures;
import io.vitrine.job.task.DecodeDevice;
import io.vitrine.job.task.DecodeDevice.Fallback;
import io.vitrine.report.RunListener;
import io.vitrine.report.RunRecord;
import io.vitrine.testkit.ExtractRequests;
import io.vitrine.testkit.FakeBatchDecoder;
import io.vitrine.testkit.FakeBatchDecoder.Trouble;
import io.vitrine.testkit.LocalSpark;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** Runs on images of every fate, whose JPEGs the CPU decodes, or a decoder that a test puts in a GPU's place. */
final class GpuDecodingRuns implements AutoCloseable {
    static final int IMAGES = 90;

    private final SparkSession spark;
    private final Path folder;

    private GpuDecodingRuns(SparkSession spark, Path folder) {
        this.spark = spark;
        this.folder = folder;
    }

    /** Writes the images, and starts Spark. */
    static GpuDecodingRuns in(Path folder) throws IOException {
        Path images = Files.createDirectory(folder.resolve("images"));
        for (int i = 0; i < IMAGES; i++) {
            Files.write(images.resolve(String.format("%03d", i)), file(i));
        }
        SparkConf conf = LocalSpark.conf(Map.of()).setMaster("local[2,3]"); // tries a task three times
        return new GpuDecodingRuns(SparkSession.builder().config(conf).getOrCreate(), folder);
    }

    private static byte[] file(int i) {
        byte[] jpeg = Pictures.drawn("jpg", 60 + i % 40, 50 + i % 7, i);
        return switch (i % 15) {
            case 3 -> Pictures.drawn("png", 60, 50, i);
            case 6 -> Arrays.copyOf(jpeg, jpeg.length / 2);
            case 9 -> "just text".getBytes(StandardCharsets.UTF_8);
            case 12 -> i > 60 ? new byte[0] : jpeg;
            default -> jpeg;
        };
    }

    /** Puts decoders in the place of GPUs'. Those that are opened come into the list. */
    static List<FakeBatchDecoder> openFakes(Trouble trouble, int after) {
        List<FakeBatchDecoder> opened = new CopyOnWriteArrayList<>();
        DecoderHolder.openWith((gpu, recipe, memory) -> {
            FakeBatchDecoder decoder = new FakeBatchDecoder(recipe, trouble, after);
            opened.add(decoder);
            return decoder;
        });
        return opened;
    }

    SparkSession spark() {
        return spark;
    }

    ExtractRequest request(Path output) {
        return ExtractRequests.builder(folder)
                .input(folder.resolve("images").toString())
                .output(output.toString())
                .columns("pooler_output", "logits")
                .report(ReportPictures.THUMBNAILS)
                .build();
    }

    /** A plan as planning makes it where there is no GPU. */
    ExtractPlan plan(ExtractRequest request) {
        return new ExtractPlanner(spark, request, RunListener.NONE).plan();
    }

    /** A plan for the decoder of a GPU. */
    ExtractPlan planOnGpu(ExtractRequest request, Fallback fallback) {
        ExtractPlan plan = plan(request);
        return decodingOn(
                plan,
                new DecodeDevice.Gpu(
                        "gpu",
                        new DecoderKey(request.output().toString(), plan.model().recipe()),
                        fallback));
    }

    private static ExtractPlan decodingOn(ExtractPlan plan, DecodeDevice device) {
        ExtractPlan.PlannedExecution found = plan.execution();
        ExtractPlan.PlannedExecution other = new ExtractPlan.PlannedExecution(
                found.slots(), found.batchSize(), found.device(), found.profile(), device, found.isolation());
        return new ExtractPlan(
                plan.request(),
                plan.model(),
                plan.schema(),
                plan.labels(),
                plan.images(),
                plan.archives(),
                plan.output(),
                plan.identity(),
                other,
                plan.notes());
    }

    RunRecord run(ExtractPlan plan) {
        return Extract.run(spark, plan, Instant.now(), RunListener.NONE);
    }

    /** A run with {@code --decode-on cpu}. */
    WrittenRun onCpu(Path output) throws IOException {
        ExtractPlan plan = decodingOn(plan(request(output)), new DecodeDevice.Cpu("--decode-on cpu"));
        return WrittenRun.read(spark, output, run(plan));
    }

    WrittenRun onGpu(Path output, Fallback fallback) throws IOException {
        return WrittenRun.read(spark, output, run(planOnGpu(request(output), fallback)));
    }

    @Override
    public void close() {
        spark.stop();
    }
}
