package io.vitrine.job.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.Size;
import io.vitrine.catalog.ImageRef;
import io.vitrine.fetch.Prefetch.Fetched;
import io.vitrine.graph.PixelInput;
import io.vitrine.image.Pictures;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.decode.ImageLimits;
import io.vitrine.image.preprocess.ImagePreprocessor;
import io.vitrine.image.preprocess.ImageProcessor;
import io.vitrine.image.preprocess.Preprocessing;
import io.vitrine.image.preprocess.ResizeTarget;
import io.vitrine.inference.PixelBatch;
import io.vitrine.job.rows.ImageResult;
import io.vitrine.job.rows.WorkItem;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole task-side pipeline with a model that only counts: order, places, final partial batches, laziness. */
final class ImagePipelineTest {
    private static final Size SIZE = new Size(8, 8);
    private static final int BATCH = 4;

    private final List<Integer> batches = new ArrayList<>();
    private int taken;

    /** Each letter an image: g good, b bytes that are none, e empty, m missing in the store. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "g",
                "b",
                "gggg",
                "ggggg",
                "bggg",
                "gbgg",
                "gggb",
                "bbbb",
                "bbbbgggg",
                "ggggbbbbgggg",
                "bgbgbgbgbgbg",
                "gggggggb",
                "emgbemgbemgb",
                "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbg"
            })
    void everyImageIsOneOutcomeInOrderAndEachHasItsOwnPlace(String images) {
        List<ImageResult> outcomes = new ArrayList<>();
        pipeline(images).forEachRemaining(outcomes::add);

        assertThat(outcomes).hasSameSizeAs(images.split(""));
        int good = 0;
        for (int i = 0; i < images.length(); i++) {
            ImageResult outcome = outcomes.get(i);
            assertThat(outcome.ref().path()).isEqualTo("image-" + i);
            switch (images.charAt(i)) {
                case 'g' -> {
                    assertThat(outcome.rejected()).isNull();
                    assertThat(outcome.place()).isBetween(0, BATCH - 1);
                    good++;
                }
                case 'b' -> assertThat(outcome.rejected().reason()).isEqualTo(RejectionReason.NOT_AN_IMAGE);
                case 'e' -> assertThat(outcome.rejected().reason()).isEqualTo(RejectionReason.EMPTY);
                default -> assertThat(outcome.rejected().reason()).isEqualTo(RejectionReason.MISSING);
            }
        }
        assertThat(batches.stream().mapToInt(Integer::intValue).sum()).isEqualTo(good);
        assertThat(batches).allMatch(size -> size >= 1 && size <= BATCH);
    }

    @Test
    void fullBatchesAndOneRest() {
        pipeline("gbgggggbggg").forEachRemaining(outcome -> {});
        assertThat(batches).containsExactly(4, 4, 1);
    }

    @Test
    void onlyOneBatchIsTakenAtATime() {
        Iterator<ImageResult> pipeline = pipeline("gggggggggggg");
        pipeline.next();
        assertThat(taken).isEqualTo(BATCH);
        assertThat(batches).containsExactly(4);
    }

    private ImagePipeline pipeline(String images) {
        Preprocessing preprocessing = Preprocessing.builder(ImageProcessor.VIT)
                .resizeTo(new ResizeTarget.Exact(SIZE))
                .build();
        Iterator<Integer> indices =
                java.util.stream.IntStream.range(0, images.length()).iterator();
        Iterator<Fetched<WorkItem>> fetched = new Iterator<>() {
            @Override
            public boolean hasNext() {
                return indices.hasNext();
            }

            @Override
            public Fetched<WorkItem> next() {
                taken++;
                return fetched(indices.next(), images);
            }
        };
        PixelBatch batch = new PixelBatch(PixelInput.UINT8.imageBytes(SIZE), BATCH);
        TaskTimings timings = new TaskTimings();
        return new ImagePipeline(
                new DecodedImageIterator(
                        fetched,
                        new ImagePreprocessor(preprocessing, ImageLimits.DEFAULT, DecodeOptions.STANDARD),
                        timings),
                batch,
                () -> {
                    batches.add(batch.count());
                    return null;
                },
                timings);
    }

    private static Fetched<WorkItem> fetched(int index, String images) {
        WorkItem item = new WorkItem(new ImageRef("image-" + index, 1, 1, null), new Object[0]);
        return switch (images.charAt(index)) {
            case 'g' -> new Fetched<>(item, item.ref(), Pictures.file(Pictures.drawn("png", 20, 10, index)), null);
            case 'b' -> new Fetched<>(item, item.ref(), Pictures.file(new byte[] {1, 2, 3}), null);
            case 'e' -> new Fetched<>(item, item.ref(), Pictures.file(new byte[0]), null);
            default ->
                new Fetched<>(item, item.ref(), null, new ImageRejectedException(RejectionReason.MISSING, "gone"));
        };
    }
}
