package io.vitrine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ConfigurationException;
import io.vitrine.RunInterruptedException;
import io.vitrine.gpu.EmulatedDecoding;
import io.vitrine.gpu.EmulatedDevice;
import io.vitrine.image.Pictures;
import io.vitrine.job.gpu.DecoderHolder;
import io.vitrine.job.gpu.DecoderKey;
import io.vitrine.job.gpu.DecoderUnavailableException;
import io.vitrine.job.plan.ExtractPlan;
import io.vitrine.job.plan.ExtractPlanner;
import io.vitrine.job.plan.PendingImages;
import io.vitrine.job.plan.PlanDescription;
import io.vitrine.job.request.ExtractRequest;
import io.vitrine.job.request.GpuOptions;
import io.vitrine.job.request.ReportPictures;
import io.vitrine.job.request.RerunPolicy;
import io.vitrine.job.task.DecodeDevice;
import io.vitrine.job.task.DecodeDevice.Fallback;
import io.vitrine.report.RunListener;
import io.vitrine.report.RunRecord;
import io.vitrine.report.Summary;
import io.vitrine.testkit.Await;
import io.vitrine.testkit.ExtractRequests;
import io.vitrine.testkit.FakeBatchDecoder;
import io.vitrine.testkit.FakeBatchDecoder.Trouble;
import io.vitrine.testkit.Folders;
import io.vitrine.testkit.LocalSpark;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whole runs whose JPEGs another decoder decodes, as a GPU would, compared with a run on the CPU: the rows are the same. */
final class GpuDecodingIT {
    private static final int IMAGES = 90;
    private static final Pattern PICTURE = Pattern.compile("data:image/jpeg;base64,[^\"]+");

    @TempDir
    private static Path shared;

    @TempDir
    private Path folder;

    private static final List<FakeBatchDecoder> DECODERS = new CopyOnWriteArrayList<>();
    private static SparkSession spark;
    private static Output onCpu;

    /**
     * What a run wrote.
     *
     * @param rows of each file in its order, without the run's name
     * @param metadata of the files
     * @param pictures of the report
     */
    private record Output(
            RunRecord record, List<List<String>> rows, Map<String, String> metadata, TreeSet<String> pictures) {}

    @BeforeAll
    static void run() throws IOException {
        spark = SparkSession.builder()
                .config(LocalSpark.conf(Map.of()).setMaster("local[2,3]")) // tries a task three times
                .getOrCreate();
        Path images = Files.createDirectory(shared.resolve("images"));
        for (int i = 0; i < IMAGES; i++) {
            Files.write(images.resolve(String.format("%03d", i)), file(i));
        }
        onCpu = run(shared.resolve("cpu"), cpuDevice());
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    @AfterEach
    void openAsBuilt() {
        DecoderHolder.openAsBuilt();
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

    private static ExtractRequest request(Path output) {
        return ExtractRequests.builder(shared)
                .input(shared.resolve("images").toString())
                .output(output.toString())
                .columns("pooler_output", "logits")
                .report(ReportPictures.THUMBNAILS)
                .build();
    }

    private static DecodeDevice cpuDevice() {
        return new DecodeDevice.Cpu("--decode-on cpu");
    }

    private static ExtractPlan plan(ExtractRequest request, Fallback fallback) {
        ExtractPlan plan = new ExtractPlanner(spark, request, RunListener.NONE).plan();
        return decodingOn(
                plan,
                new DecodeDevice.Gpu(
                        "gpu",
                        new DecoderKey(request.output().toString(), plan.model().recipe()),
                        fallback));
    }

    /** Planning finds no GPU here. */
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

    private static Output run(Path output, DecodeDevice device) throws IOException {
        ExtractPlan plan = new ExtractPlanner(spark, request(output), RunListener.NONE).plan();
        return output(output, runPlan(decodingOn(plan, device)));
    }

    private static RunRecord runPlan(ExtractPlan plan) {
        return Extract.run(spark, plan, Instant.now(), RunListener.NONE);
    }

    private static Output output(Path output, RunRecord record) throws IOException {
        List<List<String>> rows = new ArrayList<>();
        Map<String, String> metadata = new TreeMap<>();
        for (Path file : Folders.filesBelow(output).stream()
                .filter(path -> path.toString().endsWith(".parquet"))
                .sorted()
                .toList()) {
            rows.add(spark.read().parquet(file.toString()).drop("run").collectAsList().stream()
                    .map(Row::json)
                    .toList());
            metadata.putAll(metadata(file));
        }
        String page = Files.readString(output.resolve("_vitrine/" + record.run() + ".html"));
        TreeSet<String> pictures = new TreeSet<>();
        PICTURE.matcher(page).results().forEach(picture -> pictures.add(picture.group()));
        return new Output(record, rows, metadata, pictures);
    }

    private static Map<String, String> metadata(Path file) throws IOException {
        try (ParquetFileReader reader = ParquetFileReader.open(
                HadoopInputFile.fromPath(new org.apache.hadoop.fs.Path(file.toUri()), new Configuration()))) {
            Map<String, String> metadata =
                    new TreeMap<>(reader.getFileMetaData().getKeyValueMetaData());
            metadata.remove("vitrine.run");
            return metadata;
        }
    }

    private static void openFakes(Trouble trouble, int after) {
        DECODERS.clear();
        DecoderHolder.openWith((gpu, recipe, memory) -> {
            FakeBatchDecoder decoder = new FakeBatchDecoder(recipe, trouble, after);
            DECODERS.add(decoder);
            return decoder;
        });
    }

    private Output runOnGpu(Fallback fallback) throws IOException {
        Path output = folder.resolve("gpu");
        return output(output, runPlan(plan(request(output), fallback)));
    }

    private static void assertEqual(Output onGpu) {
        assertThat(onGpu.rows()).isEqualTo(onCpu.rows());
        assertThat(onGpu.metadata()).isEqualTo(onCpu.metadata());
        assertThat(onGpu.record().images()).isEqualTo(onCpu.record().images());
        assertThat(onGpu.pictures()).isNotEmpty().isEqualTo(onCpu.pictures());
        assertThat(onGpu.record().details().images().bytesRead())
                .isEqualTo(onCpu.record().details().images().bytesRead());
        assertThat(onGpu.record().details().images().formats())
                .isEqualTo(onCpu.record().details().images().formats());
    }

    @Test
    void theInputHasImagesOfEveryFate() {
        assertThat(onCpu.record().images()).containsOnlyKeys("ok", "truncated", "not_an_image", "empty");
        assertThat(onCpu.rows().stream().mapToInt(List::size).sum()).isEqualTo(IMAGES);
    }

    @ParameterizedTest
    @EnumSource
    void rowsStatisticsAndPicturesAreThoseOfTheCpu(Trouble trouble) throws IOException {
        openFakes(trouble, 20);
        Output onGpu = runOnGpu(Fallback.NONE);
        assertEqual(onGpu);
        RunRecord.Decoding decoding = onGpu.record().decoding();
        assertThat(decoding.device()).isEqualTo("gpu");
        assertThat(decoding.onGpu()).isPositive();
        assertThat(decoding.onGpu()
                        + decoding.onCpu().values().stream()
                                .mapToLong(Long::longValue)
                                .sum())
                .isEqualTo(IMAGES);
        boolean fails = !EnumSet.of(Trouble.NONE, Trouble.SLOW, Trouble.ADD_ONCE, Trouble.HEAP_ONCE)
                .contains(trouble);
        assertThat(decoding.faults()).hasSize(fails ? 1 : 0);
        assertThat(decoding.onCpu()).containsKeys("format", "sampling");
        assertThat(decoding.onCpu().containsKey("isolation")).isEqualTo(trouble == Trouble.CLOSE);
        assertThat(Summary.of(onGpu.record())).contains("decoded " + decoding.onGpu() + " on the GPU, ");
        assertThat(Files.readString(
                        folder.resolve("gpu/_vitrine/" + onGpu.record().run() + ".html")))
                .contains("Decoded on the GPU: " + decoding.onGpu() + "; on the CPU instead: ")
                .contains(fails ? "GPU 0 of executor driver does not decode: " : "waiting for the GPU to decode");
        assertNothingIsLeft();
    }

    /** The shipped kernels, in an emulator. */
    @Test
    void rowsOfTheKernelsAreThoseOfTheCpu() throws IOException {
        EmulatedDevice.shipped().close(); // skips the test where there is no g++
        DecoderHolder.openWith((gpu, recipe, memory) -> EmulatedDecoding.open(recipe, memory));
        Output onGpu = runOnGpu(Fallback.NONE);
        assertEqual(onGpu);
        RunRecord.Decoding decoding = onGpu.record().decoding();
        assertThat(decoding.onGpu()).isEqualTo(IMAGES - 14 - 6);
        assertThat(decoding.onCpu()).containsEntry("format", 14L); // PNGs, texts, empty files
        assertThat(decoding.onCpu().values().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(14 + 6); // JPEGs that are cut off
        assertThat(decoding.faults()).isEmpty();
    }

    /** One for all tasks of the process. */
    private static void assertNothingIsLeft() {
        assertThat(DECODERS).hasSize(1).allSatisfy(decoder -> {
            assertThat(decoder.openBatches()).isZero();
            assertThat(decoder.isClosed()).isTrue();
        });
    }

    @Test
    void theCpuRunSaysWhyNoGpuDecodes() {
        assertThat(onCpu.record().decoding()).isEqualTo(RunRecord.Decoding.onCpu("--decode-on cpu"));
        assertThat(onCpu.record().taskSeconds()).containsEntry("gpu_decode_wait", 0.0);
        assertThat(Summary.of(onCpu.record())).doesNotContain("on the GPU", "gpu decode wait");
    }

    @Test
    void whereADecoderCannotBeOpenedTheCpuDecodes() throws IOException {
        DecoderHolder.openWith((gpu, recipe, memory) -> {
            throw new DecoderUnavailableException("NVRTC is missing");
        });
        Output onGpu = runOnGpu(Fallback.CPU);
        assertEqual(onGpu);
        assertThat(onGpu.record().decoding())
                .isEqualTo(RunRecord.Decoding.onGpu(
                        0,
                        Map.of("device", (long) IMAGES),
                        List.of(new RunRecord.DecoderFault("driver", "0", "NVRTC is missing"))));
        assertThat(Summary.of(onGpu.record()))
                .contains("decoded 0 on the GPU, 90 on the CPU (90 device); GPU 0 of executor driver does not decode:"
                        + " NVRTC is missing");
    }

    @Test
    void whereADecoderIsRequiredTheRunStopsWithTheReason() {
        DecoderHolder.openWith((gpu, recipe, memory) -> {
            throw new DecoderUnavailableException("NVRTC is missing");
        });
        assertThatThrownBy(() -> runOnGpu(Fallback.NONE))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(
                        "--decode-on gpu, but GPU 0 of executor driver cannot decode images: NVRTC is missing."
                                + " Use --decode-on auto or cpu.");
    }

    @Test
    void whatIsDemandedAndImpossibleIsRefusedBeforeAnyWork() {
        ExtractRequest request = request(folder.resolve("gpu")).toBuilder()
                .gpus(GpuOptions.builder().decodeOn(GpuOptions.DecodeChoice.gpu).build())
                .build();
        assertThatThrownBy(() -> Extract.run(spark, request))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("--decode-on gpu, but no GPU runs the model: none is requested.");
        assertThat(folder.resolve("gpu")).doesNotExist();
    }

    @Test
    void aRunThatIsInterruptedLeavesNothing() {
        openFakes(Trouble.SLOW, 0);
        ExtractPlan plan = plan(request(folder.resolve("gpu")), Fallback.NONE);
        Thread running = Thread.currentThread();
        Thread interrupter = new Thread(() -> {
            Await.until("files on the GPU", Duration.ofSeconds(60), () -> DECODERS.stream()
                    .anyMatch(decoder -> decoder.added() > 10));
            running.interrupt();
        });
        interrupter.start();
        assertThatThrownBy(() -> runPlan(plan)).isInstanceOf(RunInterruptedException.class);
        assertThat(Thread.interrupted()).isTrue();
        Await.until("the tasks have ended", Duration.ofSeconds(60), () -> DECODERS.stream()
                .allMatch(decoder -> decoder.isClosed() && decoder.openBatches() == 0));
    }

    @Test
    void runsWithAndWithoutAGpuShareAnOutput() throws IOException {
        openFakes(Trouble.NONE, 0);
        Path output = folder.resolve("both");
        run(output, cpuDevice());
        ExtractRequest again = request(output).toBuilder()
                .rerun(RerunPolicy.builder().redo(RerunPolicy.Redo.ALL).build())
                .build();
        assertThat(runPlan(plan(again, Fallback.NONE)).total()).isEqualTo(IMAGES);
    }

    @Test
    void thePlanSaysWhereImagesAreDecodedAndHowMuchMemoryThatTakes() {
        ExtractRequest request = request(folder.resolve("gpu"));
        ExtractPlan cpu = new ExtractPlanner(spark, request, RunListener.NONE).plan();
        assertThat(describe(cpu)).contains("decoding       on the CPU: no GPU runs the model\n");
        assertThat(describe(plan(request, Fallback.CPU)))
                .contains(
                        "decoding       of JPEGs on the GPU, the rest on the CPU; at most 2,048 MiB of the GPU's memory and"
                                + " 1,088 MiB of page-locked memory per executor; per slot, at most 64 MiB of heap, and ")
                .contains("to decode on the GPU (images of up to 12 megapixels)");
        assertThat(describe(cpu)).doesNotContain("to decode on the GPU");
    }

    private static String describe(ExtractPlan plan) {
        try (var archives = plan.archives()) {
            return PlanDescription.of(
                    plan,
                    PendingImages.of(spark, plan, plan.images()),
                    spark.sparkContext().getConf());
        }
    }
}
