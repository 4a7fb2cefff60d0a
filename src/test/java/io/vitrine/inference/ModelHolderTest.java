package io.vitrine.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import io.vitrine.ModelException;
import io.vitrine.RunInterruptedException;
import io.vitrine.StorageException;
import io.vitrine.graph.OracleCheckpoints;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class ModelHolderTest {
    private final AtomicInteger loads = new AtomicInteger();

    @AfterEach
    void closeModels() {
        ModelHolder.closeAll();
    }

    @Test
    void concurrentTasksLoadAModelOnce() throws Exception {
        AtomicInteger reports = new AtomicInteger();
        CountDownLatch start = new CountDownLatch(1);
        ExecutorService pool = Executors.newFixedThreadPool(8);
        List<Future<FeatureModel>> models = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            models.add(pool.submit(() -> {
                start.await();
                return ModelHolder.startLoading("tiny", this::load).await(millis -> reports.incrementAndGet());
            }));
        }
        start.countDown();
        for (Future<FeatureModel> model : models) {
            assertThat(model.get()).isSameAs(models.get(0).get());
        }
        pool.shutdown();
        assertThat(loads).hasValue(1);
        assertThat(reports).hasValue(1);
    }

    @Test
    void aSecondBatchIsRunLikeTheFirstAndReused() {
        FeatureModel model = ModelHolder.startLoading("tiny", this::load).await(millis -> {});
        PixelBatch first;
        PixelBatch second;
        try (FeatureModel.Runner runner = model.runner(2)) {
            first = runner.batch();
            second = runner.secondBatch();
            assertThat(second).isNotSameAs(first).isSameAs(runner.secondBatch());
            byte[] image = new byte[model.signature().imageBytes()];
            new Random(1).nextBytes(image);
            first.add(image);
            second.add(new byte[image.length]);
            second.add(image);
            String output = model.signature().outputs().get(0).name();
            float[] alone = runner.run().floats(output, 0);
            assertThat(runner.run(second).floats(output, 1)).containsExactly(alone, offset(1e-5f));
        }
        try (FeatureModel.Runner other = model.runner(2)) {
            assertThat(List.of(other.batch(), other.secondBatch())).containsExactlyInAnyOrder(first, second);
            assertThat(other.secondBatch().isEmpty()).isTrue();
            other.discardBatches();
        }
        try (FeatureModel.Runner other = model.runner(2)) {
            assertThat(List.of(first, second)).doesNotContain(other.batch(), other.secondBatch());
        }
    }

    @Test
    void aFaultOfTheModelIsRememberedAndNotRetried() {
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> loadAndThrow(new ModelException("no such checkpoint")))
                    .isInstanceOf(ModelException.class)
                    .hasMessage("no such checkpoint");
        }
        assertThat(loads).hasValue(1);
    }

    @Test
    void aFaultOfStorageIsRetriedByTheNextTask() {
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> loadAndThrow(new StorageException(
                            StorageException.Outlook.TRANSIENT, "the store is busy", new IOException("503"))))
                    .isInstanceOf(StorageException.class)
                    .hasMessage("the store is busy");
        }
        assertThat(loads).hasValue(3);
    }

    @Test
    void anErrorOfTheProgramIsNoFaultOfTheModel() {
        assertThatThrownBy(() -> loadAndThrow(new IndexOutOfBoundsException("Index 3 out of bounds")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Loading the model failed: ")
                .hasMessageContaining("Index 3 out of bounds");
    }

    @Test
    void aClosedModelThrowsInsteadOfCrashing() {
        FeatureModel model = tiny();
        FeatureModel.Runner runner = model.runner(1);
        runner.batch().add(new byte[32 * 32 * 3]);
        assertThat(runner.run().floats("pooler_output", 0)).hasSize(48);
        ModelHolder.closeAll();
        assertThatThrownBy(runner::run)
                .isInstanceOf(RunInterruptedException.class)
                .hasMessageContaining("The model is closed");
    }

    @Test
    void featuresDoNotDependOnIndexOrBatchSize() {
        FeatureModel model = tiny();
        byte[][] images = new byte[5][32 * 32 * 3];
        Random random = new Random(3);
        for (byte[] image : images) {
            random.nextBytes(image);
        }
        try (FeatureModel.Runner runner = model.runner(5)) {
            PixelBatch batch = runner.batch();
            for (byte[] image : images) {
                batch.add(image);
            }
            BatchFeatures together = runner.run();
            for (int i = 0; i < 5; i++) {
                batch.clear();
                batch.add(images[i]);
                assertThat(runner.run().floats("pooler_output", 0))
                        .containsExactly(together.floats("pooler_output", i), offset(1e-5f));
            }
        }
    }

    @Test
    void aRunnerReusesTheBatchOfAClosedRunner() {
        FeatureModel model = tiny();
        FeatureModel.Runner first = model.runner(3);
        PixelBatch batch = first.batch();
        batch.add(new byte[32 * 32 * 3]);
        assertThat(model.runner(3).batch()).isNotSameAs(batch); // the first runner is still open
        first.close();
        assertThat(model.runner(3).batch()).isSameAs(batch);
        assertThat(batch.isEmpty()).isTrue();
    }

    @Test
    @Timeout(60)
    void startLoadingDoesNotWaitForTheModel() {
        CountDownLatch started = new CountDownLatch(1);
        ModelHolder.Loading loading = ModelHolder.startLoading("slow", () -> loadAfter(started));
        started.countDown(); // not reached if startLoading waits
        assertThat(loading.await(millis -> {})).isNotNull();
        assertThat(loads).hasValue(1);
    }

    @Test
    @Timeout(60)
    void aModelThatIsStillLoadingIsClosedToo() throws Exception {
        CountDownLatch closing = new CountDownLatch(1);
        ModelHolder.Loading loading = ModelHolder.startLoading("slow", () -> loadAfter(closing));
        Thread closer = new Thread(ModelHolder::closeAll);
        closer.start();
        while (closer.getState() != Thread.State.TIMED_WAITING) { // closeAll waits for the model
            Thread.onSpinWait();
        }
        closing.countDown();
        closer.join();
        FeatureModel model = loading.await(millis -> {});
        assertThatThrownBy(() -> model.runner(1)).hasMessageContaining("The model is closed");
    }

    private FeatureModel loadAfter(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return load();
    }

    private FeatureModel loadAndThrow(RuntimeException fault) {
        return ModelHolder.startLoading("broken", () -> {
                    loads.incrementAndGet();
                    throw fault;
                })
                .await(millis -> {});
    }

    private FeatureModel tiny() {
        return ModelHolder.startLoading("tiny", this::load).await(millis -> {});
    }

    private FeatureModel load() {
        loads.incrementAndGet();
        return FeatureModel.load(OracleCheckpoints.plan("vit-tiny-a").onnxModel(List.of("pooler_output")), 1);
    }
}
