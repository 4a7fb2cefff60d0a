package io.vitrine.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ModelException;
import io.vitrine.VitrineException;
import io.vitrine.model.ModelPlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class ModelHolderTest {
    @AfterEach
    void close() {
        ModelHolder.closeAll();
    }

    @Test
    void manyTasksLoadOneModelOnce() throws Exception {
        AtomicInteger loads = new AtomicInteger();
        AtomicInteger told = new AtomicInteger();
        CountDownLatch start = new CountDownLatch(1);
        ExecutorService pool = Executors.newFixedThreadPool(8);
        List<Future<FeatureModel>> models = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            models.add(pool.submit(() -> {
                start.await();
                return ModelHolder.begin("tiny", () -> load(loads)).await(millis -> told.incrementAndGet());
            }));
        }
        start.countDown();
        for (Future<FeatureModel> model : models) {
            assertThat(model.get()).isSameAs(models.get(0).get());
        }
        pool.shutdown();
        assertThat(loads).hasValue(1);
        assertThat(told).hasValue(1);
    }

    @Test
    void aFailedLoadIsRememberedAndNotTriedAgain() {
        AtomicInteger loads = new AtomicInteger();
        for (int i = 0; i < 3; i++) {
            ModelHolder.Loading loading = ModelHolder.begin("broken", () -> {
                loads.incrementAndGet();
                throw new ModelException("no such checkpoint");
            });
            assertThatThrownBy(() -> loading.await(millis -> {}))
                    .isInstanceOf(VitrineException.class)
                    .hasMessage("no such checkpoint");
        }
        assertThat(loads).hasValue(1);
    }

    @Test
    void aClosedModelSaysSoInsteadOfCrashing() {
        FeatureModel model = tiny();
        FeatureModel.Runner runner = model.runner(1);
        runner.batch().add(new byte[32 * 32 * 3]);
        assertThat(runner.run().floats("pooler_output", 0)).hasSize(48);
        ModelHolder.closeAll();
        assertThatThrownBy(runner::run).hasMessageContaining("The model was closed");
    }

    @Test
    void anImageAnswersTheSameInEveryPlaceAndBatchSize() {
        FeatureModel model = tiny();
        byte[][] images = new byte[5][32 * 32 * 3];
        java.util.Random random = new java.util.Random(3);
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
                        .containsExactly(
                                together.floats("pooler_output", i), org.assertj.core.data.Offset.offset(1e-5f));
            }
        }
    }

    @Test
    void aTaskTakesOverTheBatchOfOneThatEnded() {
        FeatureModel model = tiny();
        FeatureModel.Runner first = model.runner(3);
        PixelBatch batch = first.batch();
        batch.add(new byte[32 * 32 * 3]);
        assertThat(model.runner(3).batch()).isNotSameAs(batch); // while the first is at work
        first.close();
        assertThat(model.runner(3).batch()).isSameAs(batch);
        assertThat(batch.isEmpty()).isTrue();
    }

    @Test
    @Timeout(60)
    void whoBeginsALoadDoesNotWaitForIt() {
        CountDownLatch begun = new CountDownLatch(1);
        AtomicInteger loads = new AtomicInteger();
        ModelHolder.Loading loading = ModelHolder.begin("slow", () -> after(begun, loads));
        begun.countDown(); // never reached by one who waits
        assertThat(loading.await(millis -> {})).isNotNull();
        assertThat(loads).hasValue(1);
    }

    @Test
    @Timeout(60)
    void aModelOnItsWayIsClosedToo() throws Exception {
        CountDownLatch closing = new CountDownLatch(1);
        ModelHolder.Loading loading = ModelHolder.begin("slow", () -> after(closing, new AtomicInteger()));
        Thread closer = new Thread(ModelHolder::closeAll);
        closer.start();
        while (closer.getState() != Thread.State.TIMED_WAITING) {
            Thread.sleep(1);
        }
        closing.countDown();
        closer.join();
        FeatureModel model = loading.await(millis -> {});
        assertThatThrownBy(() -> model.runner(1)).hasMessageContaining("The model was closed");
    }

    private static FeatureModel after(CountDownLatch latch, AtomicInteger loads) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return load(loads);
    }

    private static FeatureModel tiny() {
        return ModelHolder.begin("tiny", () -> load(new AtomicInteger())).await(millis -> {});
    }

    private static FeatureModel load(AtomicInteger loads) {
        loads.incrementAndGet();
        Path tiny = Path.of("src/test/resources/oracle/checkpoints/vit-tiny-a");
        return FeatureModel.load(ModelPlan.of(tiny, Optional.empty()).graph(List.of("pooler_output")), 1);
    }
}
