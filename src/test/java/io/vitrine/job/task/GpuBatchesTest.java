package io.vitrine.job.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.Size;
import io.vitrine.catalog.ImageRef;
import io.vitrine.fetch.Fetched;
import io.vitrine.fetch.KeptBytes;
import io.vitrine.graph.PixelInput;
import io.vitrine.image.Pictures;
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
import io.vitrine.job.rows.WorkItem;
import io.vitrine.report.ImageStatistics;
import io.vitrine.testkit.FakeBatchDecoder;
import io.vitrine.testkit.FakeBatchDecoder.Trouble;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A task whose JPEGs another decoder decodes, against the same task on the CPU: the same results, pixels and batches. */
final class GpuBatchesTest {
    private static final Size SIZE = new Size(8, 8);
    private static final int IMAGE_BYTES = PixelInput.UINT8.imageBytes(SIZE);
    private static final int BATCH = 4;

    /** j a JPEG, t one cut off, p a PNG, b not an image, e empty, m missing, h a JPEG whose header is broken. */
    private static final String MIXED = "jjtjpjjjbjjtjtjjempjjhjjjjjjtttttttttttttttttttttttjjjj";

    private final List<FakeBatchDecoder> decoders = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();
    private final TaskTimings timings = new TaskTimings();
    private final DecodingTally tally = new DecodingTally();
    private final ImageStatistics statistics = new ImageStatistics();
    private SharedDecoder decoder;
    private long maxKeptBytes = Long.MAX_VALUE;
    private int kept; // not released yet
    private int mostKept;
    private int taken;
    private int seconds; // second batches
    private boolean discarded;
    private int batch; // that the model ran last

    @AfterEach
    void close() {
        DecoderHolder.closeAll();
        DecoderHolder.openAsBuilt();
    }

    /**
     * A result.
     *
     * @param what the image's pixels as the model saw them, or why there are none
     * @param batch number of the batch
     */
    private record Seen(String path, String what, int batch) {}

    @ParameterizedTest
    @ValueSource(
            strings = {"", "j", "t", "p", "jjjj", "jjjjj", "tttt", "tjjj", "jjjt", "ttttjjjj", "jtjtjtjtjtjt", MIXED})
    void resultsPixelsAndBatchesAreThoseOfTheCpu(String images) {
        assertThat(onGpu(images, Trouble.NONE, 0)).isEqualTo(onCpu(images));
        assertEverythingIsReleased();
        assertThat(faults).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"ADD_ONCE", "HEAP_ONCE", "CLOSE"})
    void aDecoderThatFailsChangesNothing(Trouble trouble) {
        for (int after : new int[] {0, 1, 5, 9, 20}) {
            faults.clear();
            assertThat(onGpu(MIXED, trouble, after)).as("after %d files", after).isEqualTo(onCpu(MIXED));
            assertEverythingIsReleased();
            boolean fails = trouble != Trouble.NONE && trouble != Trouble.SLOW;
            boolean tooLate = trouble == Trouble.ADD && after == 20; // for three batches
            assertThat(faults).hasSize(fails && !tooLate ? 1 : 0);
            assertThat(decoders.get(decoders.size() - 1).isClosed()).isEqualTo(!faults.isEmpty());
            close();
        }
    }

    @Test
    void aFailureIsSaidWithItsReason() {
        onGpu(MIXED, Trouble.LOSES_FILES, 0);
        onGpu(MIXED, Trouble.START, 0);
        assertThat(faults).containsExactly("it failed on 3 batches one after the other, or had no memory for them");
        close();
        onGpu(MIXED, Trouble.START, 0);
        assertThat(faults).last().isEqualTo("java.lang.IllegalStateException: the device is gone");
    }

    @Test
    void aFileThatCannotBePreparedDoesNotEndDecodingOnTheGpu() {
        assertThat(onGpu(MIXED, Trouble.ADD_ONCE, 4)).isEqualTo(onCpu(MIXED));
        assertThat(faults).isEmpty();
        assertThat(tally.onGpu()).isGreaterThan(8);
    }

    /** Of its batch only the buffers are lost: the files that it had come from the GPU. */
    @Test
    void aHeapThatIsFullForAMomentDoesNotEndDecodingOnTheGpu() {
        assertThat(onGpu(MIXED, Trouble.NONE, 0)).isEqualTo(onCpu(MIXED));
        long usually = tally.onGpu();
        close();
        assertThat(onGpu(MIXED, Trouble.HEAP_ONCE, 4)).isEqualTo(onCpu(MIXED));
        assertThat(faults).isEmpty();
        assertThat(tally.onCpu(DecodingTally.Reason.SIZE)).isOne();
        assertThat(tally.onGpu() - usually).isBetween(usually - 1, usually);
        assertEverythingIsReleased();
    }

    /** A batch that took no file may still hold memory for one. */
    @Test
    void aBatchWhoseFilesWereAllRefusedIsClosed() {
        maxKeptBytes = 1; // one file in a round
        GpuBatches batches = open("jjj", Trouble.NONE, 0);
        pipeline(batches).forEachRemaining(result -> {}); // the third is refused
        assertThat(decoders.get(0).openBatches()).isZero();
        close(batches);
    }

    /** Else the device could write into the batches of another task. */
    @Test
    void aTaskWhoseDecoderDoesNotStopFailsAndItsBatchesAreNotReused() {
        GpuBatches batches = open(MIXED, Trouble.CLOSE, 0);
        assertThatThrownBy(() -> pipeline(batches).forEachRemaining(result -> {}))
                .hasMessage("the device does not stop");
        close(batches);
        assertThat(discarded).isTrue();
        assertThat(kept).isZero();
    }

    @Test
    void aBatchThatCannotBeClosedDoesNotKeepTheOtherOpen() {
        GpuBatches batches = open("j".repeat(40), Trouble.CLOSE, 7);
        pipeline(batches).next(); // with 4 files; 4 more are on the GPU
        assertThat(decoders.get(0).openBatches()).isEqualTo(2);
        assertThatThrownBy(() -> close(batches)).hasMessage("the device does not stop");
        assertThat(decoders.get(0).openBatches()).isZero();
        assertThat(discarded).isTrue();
        assertThat(kept).isZero();
    }

    private void assertEverythingIsReleased() {
        assertThat(discarded).isFalse();
        assertThat(kept).isZero();
        assertThat(decoders).allMatch(decoder -> decoder.openBatches() == 0);
    }

    /** With files of about 700 bytes. */
    @ParameterizedTest
    @CsvSource({"1, 1", "1000, 2"})
    void roundsKeepNoMoreFilesThanTheLimit(long bytes, int files) {
        maxKeptBytes = bytes;
        assertThat(onGpu(MIXED, Trouble.NONE, 0)).isEqualTo(onCpu(MIXED));
        assertThat(mostKept).isEqualTo(files);
        assertEverythingIsReleased();
    }

    @Test
    void imagesAreCountedWhereTheyWereDecoded() {
        onGpu("jjjjjjjjjppth", Trouble.NONE, 0);
        long onCpu = Arrays.stream(DecodingTally.Reason.values())
                .mapToLong(tally::onCpu)
                .sum();
        assertThat(tally.onGpu() + onCpu).isEqualTo(13);
        assertThat(tally.onCpu(DecodingTally.Reason.FORMAT)).isEqualTo(2);
        assertThat(tally.onCpu(DecodingTally.Reason.SAMPLING)).isEqualTo(3);
        assertThat(tally.onCpu(DecodingTally.Reason.STRUCTURE)).isOne();
        assertThat(tally.onCpu(DecodingTally.Reason.DATA)).isPositive();
    }

    @Test
    void statisticsAreThoseOfTheCpu() {
        onGpu(MIXED, Trouble.NONE, 0);
        ImageStatistics cpu = new ImageStatistics();
        cpuBatches(MIXED, cpu).forEachRemaining(result -> {});
        assertThat(statistics.images().bytesRead()).isEqualTo(cpu.images().bytesRead());
        assertThat(statistics.images().formats()).isEqualTo(cpu.images().formats());
        assertThat(statistics.images().megapixels()).isEqualTo(cpu.images().megapixels());
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "4, 0", "5, 1", "12, 1"})
    void theSecondBatchIsTakenWhenThereIsOne(int images, int expected) {
        onGpu("j".repeat(images), Trouble.NONE, 0);
        assertThat(seconds).isEqualTo(expected);
    }

    @Test
    void onlyOneBatchIsDecodedAhead() {
        ImagePipeline pipeline = pipeline(open("j".repeat(40), Trouble.SLOW, 0));
        pipeline.next();
        assertThat(taken).isLessThanOrEqualTo(2 * BATCH);
        assertThat(decoders.get(0).mostRunning()).isOne();
    }

    @Test
    void aTaskThatEndsEarlyLeavesNothing() {
        GpuBatches batches = open("j".repeat(40), Trouble.SLOW, 0);
        pipeline(batches).next();
        assertThat(kept).isPositive();
        close(batches);
        assertEverythingIsReleased();
    }

    @Test
    void aStoreThatFailsHalfwayLeavesNothing() {
        GpuBatches batches = open("jjjjjjx", Trouble.SLOW, 0);
        ImagePipeline pipeline = pipeline(batches);
        assertThatThrownBy(() -> pipeline.forEachRemaining(result -> {})).hasMessage("the store is gone");
        close(batches);
        assertEverythingIsReleased();
    }

    @Test
    void decodersAreClosedWhenTheirTasksHaveLeft() {
        GpuBatches batches = open("j".repeat(40), Trouble.SLOW, 0);
        pipeline(batches).next();
        DecoderHolder.closeAll();
        assertThat(decoders.get(0).isClosed()).isFalse();
        close(batches);
        assertThat(decoders.get(0).isClosed()).isTrue();
    }

    private List<Seen> onGpu(String images, Trouble trouble, int after) {
        List<Seen> seen = new ArrayList<>();
        GpuBatches batches = open(images, trouble, after);
        collect(pipeline(batches), seen);
        close(batches);
        return seen;
    }

    /** As a task ends. */
    private void close(GpuBatches batches) {
        batches.close();
        decoder.takeFault().ifPresent(faults::add);
        decoder.leave();
    }

    private List<Seen> onCpu(String images) {
        List<Seen> seen = new ArrayList<>();
        collect(cpuBatches(images, new ImageStatistics()), seen);
        return seen;
    }

    private void collect(ImagePipeline pipeline, List<Seen> seen) {
        batch = 0;
        while (pipeline.hasNext()) {
            ImageResult result = pipeline.next();
            String what = result instanceof ImageResult.Failed failed
                    ? failed.rejection().reason() + " " + failed.rejection().getMessage()
                    : Arrays.toString(pipeline.pixels().image(((ImageResult.Extracted) result).index()));
            seen.add(new Seen(result.ref().path(), what, batch));
        }
    }

    private ImagePipeline pipeline(BatchSource batches) {
        return new ImagePipeline(
                batches,
                pixels -> {
                    batch++;
                    return null;
                },
                (features, index) -> Optional.empty(),
                timings);
    }

    private ImagePipeline cpuBatches(String images, ImageStatistics facts) {
        AwaitedFiles files = new AwaitedFiles(new Files(images), () -> null, timings);
        return pipeline(new DecodedBatches(
                new DecodedImageIterator(files, cpu(new ImageNotes(facts)), () -> {}),
                new PixelBatch(IMAGE_BYTES, BATCH)));
    }

    private GpuBatches open(String images, Trouble trouble, int after) {
        DecoderHolder.openWith((gpu, recipe, memory) -> {
            decoders.add(new FakeBatchDecoder(recipe, trouble, after));
            return decoders.get(decoders.size() - 1);
        });
        decoder =
                DecoderHolder.startOpening(0, new DecoderKey("test", recipe())).await();
        Files source = new Files(images);
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
                    seconds++;
                    return new PixelBatch(IMAGE_BYTES, BATCH);
                },
                () -> discarded = true);
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

    /** Overwrites the bytes of files that nobody kept, as the arrays of a task are reused. */
    private final class Files implements Iterator<Fetched<WorkItem>> {
        private final String images;
        private int next;
        private byte[] last = new byte[0];
        private int holders;

        Files(String images) {
            this.images = images;
        }

        @Override
        public boolean hasNext() {
            return next < images.length();
        }

        @Override
        public Fetched<WorkItem> next() {
            if (holders == 0) {
                Arrays.fill(last, (byte) 0);
            }
            holders = 0;
            taken++;
            int index = next++;
            WorkItem item = new WorkItem(new ImageRef("image-" + index, 1, 1, null), new Object[0]);
            if (images.charAt(index) == 'm') {
                return new Fetched.Rejected<>(
                        item, item.ref(), new ImageRejectedException(RejectionReason.MISSING, "gone"));
            }
            last = file(images.charAt(index), index);
            return new Fetched.Loaded<>(item, item.ref(), FileBytes.of(last));
        }

        KeptBytes keep() {
            byte[] array = last;
            holders++;
            kept++;
            mostKept = Math.max(kept, mostKept);
            return new KeptBytes() {
                @Override
                public long bytes() {
                    return array.length;
                }

                @Override
                public void close() {
                    Arrays.fill(array, (byte) 0);
                    kept--;
                }
            };
        }
    }

    private static byte[] file(char kind, int index) {
        byte[] jpeg = Pictures.drawn("jpg", 20 + index, 10 + index, index);
        return switch (kind) {
            case 'j' -> jpeg;
            case 't' -> Arrays.copyOf(jpeg, jpeg.length - 50);
            case 'h' -> Arrays.copyOf(jpeg, 20);
            case 'p' -> Pictures.drawn("png", 20, 10, index);
            case 'b' -> new byte[] {1, 2, 3};
            case 'e' -> new byte[0];
            case 'x' -> throw new IllegalStateException("the store is gone");
            default -> throw new IllegalArgumentException("" + kind);
        };
    }
}
