package io.vitrine.inference;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.translate.TranslateException;
import io.vitrine.ModelException;
import io.vitrine.VitrineException;
import io.vitrine.checkpoint.ModelFileCache;
import io.vitrine.graph.GraphRequest;
import io.vitrine.graph.OnnxModel;
import io.vitrine.graph.Precision;
import io.vitrine.graph.TorchScript;
import java.nio.file.Path;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A printed model loaded by DJL, on ONNX Runtime or PyTorch. Safe between threads: each takes its own
 * {@link #runner}, all share the session.
 */
public final class FeatureModel implements AutoCloseable {
    private final Model model;
    private final OnnxModel.Signature signature;

    @SuppressWarnings("unused") // the session may read mapped weights for as long as it lives
    private final Object held;

    private final Queue<PixelBatch> idle =
            new ConcurrentLinkedQueue<>(); // off-heap memory that the collector would not free soon
    private final ReadWriteLock inUse = new ReentrantReadWriteLock(); // many runs, or one close
    private final Map<PixelBatch, PinnedMemory> pinned = new ConcurrentHashMap<>(); // those for GPUs
    private final Placement placement;
    private final OutOfMemoryFallback halving = new OutOfMemoryFallback();
    private boolean closed;

    FeatureModel(Model model, OnnxModel.Signature signature, Placement placement, Object held) {
        this.placement = placement;
        this.model = model;
        this.signature = signature;
        this.held = held;
    }

    /** Loads {@code graph} on the CPU. */
    public static FeatureModel load(OnnxModel graph, int intraOpThreads) {
        return load(graph, intraOpThreads, Placement.CPU);
    }

    /**
     * Loads {@code graph} on ONNX Runtime.
     *
     * @param intraOpThreads threads one call may use on the CPU; the task's cores
     * @throws VitrineException if the runtime refuses the graph or its native library cannot be loaded
     */
    public static FeatureModel load(OnnxModel graph, int intraOpThreads, Placement placement) {
        return OnnxLoader.load(graph, intraOpThreads, placement);
    }

    /**
     * Prints a model for the engine, and loads it.
     *
     * @param cache where the host keeps printed archives, and PyTorch's libraries
     * @param intraOpThreads threads one call may use on the CPU; of PyTorch's the first load of a process decides
     * @throws VitrineException if the engine refuses it, or cannot run one image, or its native libraries cannot be loaded
     */
    public static FeatureModel load(
            GraphRequest request, InferenceEngine engine, Path cache, int intraOpThreads, Placement placement) {
        if (engine == InferenceEngine.onnxruntime) {
            OnnxModel graph = placement.isGpu() ? OnnxModel.printForGpu(request) : OnnxModel.print(request);
            return load(graph, intraOpThreads, placement);
        }
        CpuFeatures cpu = CpuFeatures.here();
        boolean packs = request.precision() == Precision.fp32 || cpu.packsBfloat16();
        TorchScript script = packs ? TorchScript.printForCpu(request, cpu.hasAmx()) : TorchScript.print(request);
        Path archive = TorchScriptCache.archive(cache, request, script);
        return TorchLoader.load(archive, script.signature(), intraOpThreads, cache);
    }

    /** Loads a written {@link TorchScript} on PyTorch, on the CPU; {@code archive} must stay where it is. */
    public static FeatureModel load(Path archive, OnnxModel.Signature signature, int intraOpThreads) {
        return TorchLoader.load(archive, signature, intraOpThreads, ModelFileCache.DEFAULT);
    }

    /** What goes in and comes out. */
    public OnnxModel.Signature signature() {
        return signature;
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
            PixelBatch batch = idle.poll();
            if (batch == null || batch.capacity() != batchSize) {
                release(batch);
                batch = newBatch(batchSize);
            }
            return new Runner(model.newPredictor(new BatchTranslator(signature)), batch);
        } finally {
            inUse.readLock().unlock();
        }
    }

    private PixelBatch newBatch(int batchSize) {
        PixelBatch batch = new PixelBatch(signature.imageBytes(), batchSize);
        if (placement.isGpu()) {
            PinnedMemory.of(batch.pixels(), placement.gpu()).ifPresent(pages -> pinned.put(batch, pages));
        }
        return batch;
    }

    /** Lets go of a batch of another size. */
    private void release(PixelBatch batch) {
        PinnedMemory pages = batch == null ? null : pinned.remove(batch);
        if (pages != null) {
            pages.close();
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new ModelException("The model was closed: the executor is shutting down");
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
                pinned.values().forEach(PinnedMemory::close);
            }
        } finally {
            inUse.writeLock().unlock();
        }
    }

    /** Runs batches. Used by one thread. */
    public final class Runner implements AutoCloseable {
        private final Predictor<PixelBatch, BatchFeatures> predictor;
        private final PixelBatch batch;

        private Runner(Predictor<PixelBatch, BatchFeatures> predictor, PixelBatch batch) {
            this.predictor = predictor;
            this.batch = batch;
            batch.clear();
        }

        /** The batch to fill and run. */
        public PixelBatch batch() {
            return batch;
        }

        /** Whether a batch was too much for the device's memory, and half batches are run since, one at a time. */
        public boolean isHalved() {
            return halving.isHalved();
        }

        /** Maps the pixels in the batch to features. */
        public BatchFeatures run() {
            return halving.run(batch, this::predict);
        }

        private BatchFeatures predict(PixelBatch some) {
            inUse.readLock().lock();
            try {
                requireOpen();
                return predictor.predict(some);
            } catch (TranslateException e) {
                throw new ModelException(
                        "Inference failed on a batch of " + some.count() + ": " + e.getMessage()
                                + ". If memory is short, choose a smaller --batch-size"
                                + (placement.isGpu() ? ", or fewer --tasks-per-gpu." : "."),
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
