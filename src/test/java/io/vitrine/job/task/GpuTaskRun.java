package io.vitrine.job.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.Size;
import io.vitrine.graph.PixelInput;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.decode.ImageLimits;
import io.vitrine.image.isolate.DecodeIsolation;
import io.vitrine.image.isolate.DecodeRecipe;
import io.vitrine.image.isolate.TaskDecoder;
import io.vitrine.image.preprocess.ImageProcessor;
import io.vitrine.image.preprocess.Preprocessing;
import io.vitrine.image.preprocess.ResizeTarget;
import io.vitrine.inference.PixelBatch;
import io.vitrine.job.gpu.DecoderHolder;
import io.vitrine.job.gpu.DecoderKey;
import io.vitrine.job.gpu.SharedDecoder;
import io.vitrine.job.rows.ImageResult;
import io.vitrine.report.ImageStatistics;
import io.vitrine.testkit.FakeBatchDecoder;
import io.vitrine.testkit.FakeBatchDecoder.Trouble;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Runs a task on a GPU's decoder or on the CPU, and counts what it holds. */
final class GpuTaskRun {
    static final int BATCH = 4; // images

    private static final Size SIZE = new Size(8, 8);
    private static final int IMAGE_BYTES = PixelInput.UINT8.imageBytes(SIZE);

    private final List<FakeBatchDecoder> decoders = new ArrayList<>();
    private final List<LetteredFiles> files = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();
    private final TaskTimings timings = new TaskTimings();
    private final DecodingTally tally = new DecodingTally();
    private final ImageStatistics statistics = new ImageStatistics();
    private SharedDecoder decoder;
    private long maxKeptBytes = Long.MAX_VALUE;
    private int secondBatches;
    private boolean discarded;
    private int batch; // that the model ran last

    /**
     * A result.
     *
     * @param what the image's pixels as the model saw them, or why there are none
     * @param batch number of the batch
     */
    record Seen(String path, String what, int batch) {}

    void keepAtMost(long bytes) {
        maxKeptBytes = bytes;
    }

    /** Runs a task whose decoder has a trouble after some files. */
    List<Seen> onGpu(String images, Trouble trouble, int after) {
        GpuBatches batches = open(images, trouble, after);
        List<Seen> seen = collect(pipeline(batches));
        end(batches);
        return seen;
    }

    List<Seen> onCpu(String images) {
        return collect(cpuBatches(images, new ImageStatistics()));
    }

    ImageStatistics cpuStatistics(String images) {
        ImageStatistics facts = new ImageStatistics();
        cpuBatches(images, facts).forEachRemaining(result -> {});
        return facts;
    }

    GpuBatches open(String images, Trouble trouble, int after) {
        DecoderHolder.openWith((gpu, recipe, memory) -> {
            decoders.add(new FakeBatchDecoder(recipe, trouble, after));
            return decoders.get(decoders.size() - 1);
        });
        decoder =
                DecoderHolder.startOpening(0, new DecoderKey("test", recipe())).await();
        LetteredFiles source = new LetteredFiles(images);
        files.add(source);
        ImageNotes notes = new ImageNotes(statistics);
        GpuDecodingTask task = new GpuDecodingTask(
                recipe(),
                decoder,
                new AwaitedFiles(source, source::keep, timings),
                cpu(notes),
                notes,
                timings,
                tally,
                maxKeptBytes);
        return new GpuBatches(
                task,
                new PixelBatch(IMAGE_BYTES, BATCH),
                () -> {
                    secondBatches++;
                    return new PixelBatch(IMAGE_BYTES, BATCH);
                },
                () -> discarded = true);
    }

    ImagePipeline pipeline(BatchSource batches) {
        return new ImagePipeline(
                batches,
                pixels -> {
                    batch++;
                    return null;
                },
                (features, index) -> Optional.empty(),
                timings);
    }

    /** As a task ends. */
    void end(GpuBatches batches) {
        batches.close();
        decoder.takeFault().ifPresent(faults::add);
        decoder.leave();
    }

    void closeDecoders() {
        DecoderHolder.closeAll();
        DecoderHolder.openAsBuilt();
    }

    void assertEverythingIsReleased() {
        assertThat(discarded).isFalse();
        assertThat(kept()).isZero();
        assertThat(decoders).allMatch(decoder -> decoder.openBatches() == 0);
    }

    List<FakeBatchDecoder> decoders() {
        return decoders;
    }

    /** Of the task that was opened last. */
    LetteredFiles files() {
        return files.get(files.size() - 1);
    }

    /** Files of all tasks that are not released. */
    int kept() {
        return files.stream().mapToInt(LetteredFiles::kept).sum();
    }

    List<String> faults() {
        return faults;
    }

    DecodingTally tally() {
        return tally;
    }

    ImageStatistics statistics() {
        return statistics;
    }

    /** Second batches that were taken. */
    int secondBatches() {
        return secondBatches;
    }

    /** Whether a task gave up its batches because the device may still write into them. */
    boolean isDiscarded() {
        return discarded;
    }

    private List<Seen> collect(ImagePipeline pipeline) {
        List<Seen> seen = new ArrayList<>();
        batch = 0;
        while (pipeline.hasNext()) {
            ImageResult result = pipeline.next();
            String what = result instanceof ImageResult.Failed failed
                    ? failed.rejection().reason() + " " + failed.rejection().getMessage()
                    : Arrays.toString(pipeline.pixels().image(((ImageResult.Extracted) result).index()));
            seen.add(new Seen(result.ref().path(), what, batch));
        }
        return seen;
    }

    private ImagePipeline cpuBatches(String images, ImageStatistics facts) {
        AwaitedFiles files = new AwaitedFiles(new LetteredFiles(images), () -> null, timings);
        return pipeline(new DecodedBatches(
                new DecodedImageIterator(files, cpu(new ImageNotes(facts)), () -> {}),
                new PixelBatch(IMAGE_BYTES, BATCH)));
    }

    private static DecodeRecipe recipe() {
        Preprocessing preprocessing = Preprocessing.builder(ImageProcessor.VIT)
                .resizeTo(new ResizeTarget.Exact(SIZE))
                .build();
        return new DecodeRecipe(preprocessing, ImageLimits.DEFAULT, DecodeOptions.STANDARD);
    }

    private CpuDecoding cpu(ImageNotes notes) {
        return new CpuDecoding(new TaskDecoder(recipe(), Optional.empty(), DecodeIsolation.NONE), timings, notes);
    }
}
