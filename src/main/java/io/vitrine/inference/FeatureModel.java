package io.vitrine.inference;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.inference.Predictor;
import ai.djl.translate.TranslateException;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions;
import io.vitrine.VitrineException;
import io.vitrine.checkpoint.DType;
import io.vitrine.checkpoint.TensorInfo;
import io.vitrine.checkpoint.Weights;
import io.vitrine.graph.FeatureGraph;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A printed graph loaded by DJL on ONNX Runtime, its weights memory-mapped. Safe between threads: each takes its own
 * {@link #runner}, all share the session.
 */
public final class FeatureModel implements AutoCloseable {
    private final Model model;
    private final FeatureGraph graph;

    @SuppressWarnings("unused") // held, for the session may read the weights for as long as it lives
    private final List<ByteBuffer> mapped;

    private final Queue<Batch> idle =
            new ConcurrentLinkedQueue<>(); // off-heap memory that the collector would not free soon
    private final ReadWriteLock inUse = new ReentrantReadWriteLock(); // many runs, or one close
    private boolean closed;

    private FeatureModel(Model model, FeatureGraph graph, List<ByteBuffer> mapped) {
        this.model = model;
        this.graph = graph;
        this.mapped = mapped;
    }

    /** Loads {@code graph} on the CPU. */
    public static FeatureModel load(FeatureGraph graph, int intraOpThreads) {
        return load(graph, intraOpThreads, Placement.CPU);
    }

    /**
     * Loads {@code graph}.
     *
     * @param intraOpThreads threads one call may use on the CPU; the task's cores
     * @throws VitrineException if the runtime refuses the graph or its native library cannot be loaded
     */
    public static FeatureModel load(FeatureGraph graph, int intraOpThreads, Placement placement) {
        silence();
        Map<String, OnnxTensorLike> weights = new HashMap<>();
        Map<String, ByteBuffer> mapped = new HashMap<>();
        try (SessionOptions options = sessionOptions(intraOpThreads)) {
            OrtEnvironment environment = OrtEnvironment.getEnvironment();
            for (Map.Entry<String, TensorInfo> entry : graph.weights().entrySet()) {
                ByteBuffer bytes = Weights.map(entry.getValue());
                mapped.put(entry.getKey(), bytes);
                long[] shape = graph.shapes().get(entry.getKey()).stream()
                        .mapToLong(Integer::longValue)
                        .toArray();
                weights.put(
                        entry.getKey(),
                        OnnxTensor.createTensor(
                                environment, bytes, shape, type(entry.getValue().dtype())));
            }
            options.addExternalInitializers(weights);
            if (placement.isGpu()) {
                options.addCUDA(placement.gpu());
            }
            Device device = placement.isGpu() ? Device.gpu(placement.gpu()) : Device.cpu();
            Model model = Model.newInstance("vitrine", device, "OnnxRuntime");
            model.load(new ByteArrayInputStream(graph.onnx()), Map.of("sessionOptions", options));
            return new FeatureModel(model, graph, List.copyOf(mapped.values()));
        } catch (OrtException | MalformedModelException | IOException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause(); // DJL's own message does not say why
            throw new VitrineException("ONNX Runtime cannot load the graph: " + cause.getMessage(), e);
        } finally {
            weights.values().forEach(OnnxTensorLike::close);
        }
    }

    private static SessionOptions sessionOptions(int intraOpThreads) throws OrtException {
        Engine.getEngine("OnnxRuntime"); // DJL's own environment first, or the runtime has two
        SessionOptions options = new SessionOptions();
        options.setIntraOpNumThreads(intraOpThreads);
        options.setInterOpNumThreads(1);
        return options;
    }

    /** DJL reports usage over the network, and looks for models there, unless told not to. */
    static void silence() {
        System.setProperty("OPT_OUT_TRACKING", "true");
        System.setProperty("ai.djl.offline", "true");
    }

    private static OnnxJavaType type(DType dtype) {
        return switch (dtype) {
            case F16 -> OnnxJavaType.FLOAT16;
            case BF16 -> OnnxJavaType.BFLOAT16;
            default -> OnnxJavaType.FLOAT;
        };
    }

    /**
     * One thread's access to the model, with a batch of its own.
     *
     * @param batchSize the capacity of its batch
     */
    public Runner runner(int batchSize) {
        inUse.readLock().lock();
        try {
            requireOpen();
            Batch batch = idle.poll();
            boolean fits = batch != null && batch.capacity() == batchSize;
            int imageBytes = graph.input().imageBytes(graph.image());
            return new Runner(
                    model.newPredictor(new BatchTranslator(graph)), fits ? batch : new Batch(imageBytes, batchSize));
        } finally {
            inUse.readLock().unlock();
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new VitrineException("The model was closed: the executor is shutting down");
        }
    }

    /** Frees the session once no batch is running; a model still busy after ten seconds is left to the process's end. */
    @Override
    public void close() {
        try {
            if (!inUse.writeLock().tryLock(10, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        try {
            if (!closed) {
                closed = true;
                model.close();
            }
        } finally {
            inUse.writeLock().unlock();
        }
    }

    /** Runs batches. Used by one thread. */
    public final class Runner implements AutoCloseable {
        private final Predictor<Batch, Features> predictor;
        private final Batch batch;

        private Runner(Predictor<Batch, Features> predictor, Batch batch) {
            this.predictor = predictor;
            this.batch = batch;
            batch.clear();
        }

        /** The batch to fill and run. */
        public Batch batch() {
            return batch;
        }

        /** Maps the pixels in the batch to features. */
        public Features run() {
            inUse.readLock().lock();
            try {
                requireOpen();
                return predictor.predict(batch);
            } catch (TranslateException e) {
                throw new VitrineException(
                        "Inference failed on a batch of " + batch.count() + ": " + e.getMessage()
                                + ". If memory is short, choose a smaller --batch-size.",
                        e);
            } finally {
                inUse.readLock().unlock();
            }
        }

        @Override
        public void close() {
            predictor.close();
            idle.add(batch);
        }
    }
}
