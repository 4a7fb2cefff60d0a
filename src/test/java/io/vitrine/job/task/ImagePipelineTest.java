package io.vitrine.job.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.Size;
import io.vitrine.catalog.ImageRef;
import io.vitrine.fetch.Fetched;
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
import io.vitrine.job.rows.ImageResult;
import io.vitrine.job.rows.WorkItem;
import io.vitrine.report.ImageStatistics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pipeline of a task with a model that only counts its batches. */
final class ImagePipelineTest {
    private static final Size SIZE = new Size(8, 8);
    private static final int BATCH = 4;

    private final List<Integer> batches = new ArrayList<>();
    private final Map<Integer, ImageRejectedException> unusable = new HashMap<>(); // by index in the batch
    private int taken;

    /** Each letter is an image: g good, b not an image, e empty, m missing in the store. */
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
    void everyImageHasOneResultInTheOrderOfTheInputs(String images) {
        List<ImageResult> results = new ArrayList<>();
        pipeline(images).forEachRemaining(results::add);

        assertThat(results).hasSameSizeAs(images.split(""));
        int good = 0;
        for (int i = 0; i < images.length(); i++) {
            ImageResult result = results.get(i);
            assertThat(result.ref().path()).isEqualTo("image-" + i);
            switch (images.charAt(i)) {
                case 'g' -> {
                    assertThat(result).isInstanceOfSatisfying(ImageResult.Extracted.class, extracted -> assertThat(
                                    extracted.index())
                            .isBetween(0, BATCH - 1));
                    good++;
                }
                case 'b' -> assertThat(reason(result)).isEqualTo(RejectionReason.NOT_AN_IMAGE);
                case 'e' -> assertThat(reason(result)).isEqualTo(RejectionReason.EMPTY);
                default -> assertThat(reason(result)).isEqualTo(RejectionReason.MISSING);
            }
        }
        assertThat(batches.stream().mapToInt(Integer::intValue).sum()).isEqualTo(good);
        assertThat(batches).allMatch(size -> size >= 1 && size <= BATCH);
    }

    private static RejectionReason reason(ImageResult result) {
        return ((ImageResult.Failed) result).rejection().reason();
    }

    @Test
    void batchesAreFullExceptTheLast() {
        pipeline("gbgggggbggg").forEachRemaining(result -> {});
        assertThat(batches).containsExactly(4, 4, 1);
    }

    @Test
    void onlyOneBatchIsReadAhead() {
        Iterator<ImageResult> pipeline = pipeline("gggggggggggg");
        pipeline.next();
        assertThat(taken).isEqualTo(BATCH);
        assertThat(batches).containsExactly(4);
    }

    @Test
    void anImageWhoseFeaturesAreRejectedKeepsItsPlaceAndItsHeader() {
        unusable.put(1, new ImageRejectedException(RejectionReason.NON_FINITE, "cls is NaN"));
        List<ImageResult> results = new ArrayList<>();
        pipeline("gbgg").forEachRemaining(results::add);
        assertThat(reason(results.get(2))).isEqualTo(RejectionReason.NON_FINITE);
        assertThat(results.get(2).header()).isPresent();
        assertThat(results.get(0)).isInstanceOf(ImageResult.Extracted.class);
        assertThat(results.get(3)).isInstanceOf(ImageResult.Extracted.class);
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
                new DecodedBatches(
                        new DecodedImageIterator(
                                new AwaitedFiles(fetched, () -> null, timings),
                                new CpuDecoding(
                                        new TaskDecoder(
                                                new DecodeRecipe(
                                                        preprocessing, ImageLimits.DEFAULT, DecodeOptions.STANDARD),
                                                Optional.empty(),
                                                DecodeIsolation.NONE),
                                        timings,
                                        new ImageNotes(new ImageStatistics())),
                                () -> {}),
                        batch),
                pixels -> {
                    batches.add(pixels.count());
                    return null;
                },
                (features, index) -> Optional.ofNullable(unusable.get(index)),
                timings);
    }

    private static Fetched<WorkItem> fetched(int index, String images) {
        WorkItem item = new WorkItem(new ImageRef("image-" + index, 1, 1, null), new Object[0]);
        return switch (images.charAt(index)) {
            case 'g' -> new Fetched.Loaded<>(item, item.ref(), Pictures.file(Pictures.drawn("png", 20, 10, index)));
            case 'b' -> new Fetched.Loaded<>(item, item.ref(), Pictures.file(new byte[] {1, 2, 3}));
            case 'e' -> new Fetched.Loaded<>(item, item.ref(), Pictures.file(new byte[0]));
            default ->
                new Fetched.Rejected<>(item, item.ref(), new ImageRejectedException(RejectionReason.MISSING, "gone"));
        };
    }
}
