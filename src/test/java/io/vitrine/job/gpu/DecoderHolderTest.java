package io.vitrine.job.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.gpu.BatchDecoder;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.decode.ImageLimits;
import io.vitrine.image.isolate.DecodeRecipe;
import io.vitrine.image.preprocess.ImageProcessor;
import io.vitrine.image.preprocess.Preprocessing;
import io.vitrine.testkit.FakeBatchDecoder;
import io.vitrine.testkit.FakeBatchDecoder.Trouble;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class DecoderHolderTest {
    private static final DecodeRecipe RECIPE = new DecodeRecipe(
            Preprocessing.builder(ImageProcessor.VIT).build(), ImageLimits.DEFAULT, DecodeOptions.STANDARD);

    private final List<FakeBatchDecoder> opened = new CopyOnWriteArrayList<>();

    @BeforeEach
    void openFakes() {
        DecoderHolder.openWith((gpu, recipe, memory) -> {
            assertThat(memory).isEqualTo(DecodeMemory.LIMITS);
            opened.add(new FakeBatchDecoder(recipe, Trouble.NONE, 0));
            return opened.get(opened.size() - 1);
        });
    }

    @AfterEach
    void close() {
        DecoderHolder.closeAll();
        DecoderHolder.openAsBuilt();
    }

    private static SharedDecoder open(int gpu, String name) {
        return DecoderHolder.startOpening(gpu, new DecoderKey(name, RECIPE)).await();
    }

    @Test
    void tasksShareOneDecoderOfEachGpu() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(8);
        List<Future<SharedDecoder>> decoders = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            int gpu = i % 2;
            decoders.add(pool.submit(() -> open(gpu, "a")));
        }
        for (int i = 0; i < 16; i++) {
            assertThat(decoders.get(i).get()).isSameAs(decoders.get(i % 2).get());
        }
        pool.shutdown();
        assertThat(opened).hasSize(2);
    }

    @Test
    void anotherRecipeReplacesADecoderThatNobodyUses() {
        open(0, "a");
        open(1, "a").leave();
        open(0, "b").leave();
        assertThat(opened).noneMatch(FakeBatchDecoder::isClosed);
        open(1, "b");
        open(0, "c");
        assertThat(opened).extracting(FakeBatchDecoder::isClosed).containsExactly(false, true, true, false, false);
    }

    @Test
    void aDecoderInUseIsClosedByTheLastThatLeaves() {
        SharedDecoder decoder = open(0, "a");
        open(0, "a");
        DecoderHolder.closeAll();
        decoder.leave();
        assertThat(opened.get(0).isClosed()).isFalse();
        decoder.leave();
        assertThat(opened.get(0).isClosed()).isTrue();
        open(0, "a");
        assertThat(opened).hasSize(2);
    }

    @Test
    void aReasonIsRememberedAndReportedOnce() {
        DecoderHolder.openWith((gpu, recipe, memory) -> {
            opened.add(new FakeBatchDecoder(recipe, Trouble.NONE, 0));
            throw new DecoderUnavailableException("NVRTC is missing");
        });
        assertThat(open(0, "a").takeFault()).hasValue("NVRTC is missing");
        SharedDecoder again = open(0, "a");
        assertThat(again.fault()).hasValue("NVRTC is missing");
        assertThat(again.takeFault()).isEmpty();
        assertThat(again.wasOpened()).isFalse();
        assertThat(opened).hasSize(1);
    }

    @Test
    void errorsOfLibrariesAreReasonsToo() {
        DecoderHolder.openWith((gpu, recipe, memory) -> {
            throw new UnsatisfiedLinkError("libcuda.so.1");
        });
        assertThat(open(0, "a").fault()).hasValue("java.lang.UnsatisfiedLinkError: libcuda.so.1");
    }

    @Test
    void soIsAProcessWithoutThreads() {
        DecoderHolder.openWith((gpu, recipe, memory) -> {
            throw new OutOfMemoryError("unable to create native thread");
        });
        assertThat(open(0, "a").fault()).hasValue("java.lang.OutOfMemoryError: unable to create native thread");
        open(0, "a").leave();
        open(0, "a").leave();
        open(0, "b");
        DecoderHolder.closeAll();
    }

    @Test
    void aDecoderThatCannotBeClosedIsReplacedAndTheOthersAreClosed() {
        DecoderHolder.openWith((gpu, recipe, memory) -> {
            opened.add(new FakeBatchDecoder(recipe, Trouble.NONE, 0));
            return gpu == 0 ? new Unclosable() : opened.get(opened.size() - 1);
        });
        open(0, "a").leave();
        open(0, "b").leave();
        open(1, "a").leave();
        DecoderHolder.closeAll();
        assertThat(opened).hasSize(3);
        assertThat(opened.get(2).isClosed()).isTrue();
        assertThat(open(0, "b").fault()).isEmpty();
    }

    private static final class Unclosable implements BatchDecoder {
        @Override
        public Batch newBatch() {
            throw new IllegalStateException("nobody asks for one");
        }

        @Override
        public void close() {
            throw new IllegalStateException("the device is gone");
        }
    }

    @Test
    void threeLostBatchesInARowAreTooMany() {
        SharedDecoder decoder = open(0, "a");
        decoder.lostBatch();
        decoder.lostBatch();
        decoder.decodedBatch();
        decoder.lostBatch();
        decoder.lostBatch();
        assertThat(decoder.fault()).isEmpty();
        decoder.lostBatch();
        assertThat(decoder.fault())
                .hasValueSatisfying(reason -> assertThat(reason).startsWith("it failed on 3"));
        assertThat(decoder.wasOpened()).isTrue();
    }

    @Test
    void aDecoderThatWasGivenUpIsClosedAfterItsLastBatch() {
        SharedDecoder decoder = open(0, "a");
        decoder.newBatch().orElseThrow().close();
        BatchDecoder.Batch last = decoder.newBatch().orElseThrow();
        decoder.closedBatch();
        decoder.giveUp("the device is gone");
        assertThat(decoder.newBatch()).isEmpty();
        assertThat(opened.get(0).isClosed()).isFalse();
        last.close();
        decoder.closedBatch();
        assertThat(opened.get(0).isClosed()).isTrue();
        assertThat(open(0, "a")).isSameAs(decoder);
    }

    @Test
    void aMachineWithoutAGpuSaysSo() {
        DecoderHolder.openAsBuilt();
        assertThat(open(0, "a").fault()).isPresent();
    }
}
