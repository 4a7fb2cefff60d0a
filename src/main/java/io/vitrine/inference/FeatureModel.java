package io.vitrine.inference;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.translate.TranslateException;
import io.vitrine.ConfigurationException;
import io.vitrine.ModelException;
import io.vitrine.RunInterruptedException;
import io.vitrine.VitrineException;
import io.vitrine.checkpoint.ModelFileCache;
import io.vitrine.graph.GraphRequest;
import io.vitrine.graph.ModelSignature;
import io.vitrine.graph.OnnxModel;
import io.vitrine.graph.OnnxTarget;
import io.vitrine.graph.Precision;
import io.vitrine.graph.TorchScript;
import io.vitrine.graph.TorchTarget;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A printed model, loaded by DJL on ONNX Runtime or PyTorch. Thread-safe: each thread takes a {@link #runner}, and all runners
 * share the session.
 */
public final class FeatureModel implements AutoCloseable {
    private final Model model;
    private final ModelSignature signature;

    @SuppressWarnings("unused") // keeps mapped weights reachable while the session may read them
    private final Object weights;

    private final Placement placement;
    private final PixelBatches batches; // to be taken with the session locked
    private final OutOfMemoryFallback fallback = new OutOfMemoryFallback();
    private final ReadWriteLock session = new ReentrantReadWriteLock(); // read: one of many runs; write: close
    private boolean closed;

    /**
     * @param weights whatever the session reads its weights from
     */
    FeatureModel(Model model, ModelSignature signature, Placement placement, Object weights) {
        this.model = model;
        this.signature = signature;
        this.placement = placement;
        this.weights = weights;
        this.batches = new PixelBatches(signature.imageBytes(), placement);
    }

    /** Loads {@code model} on ONNX Runtime, on the CPU. */
    public static FeatureModel load(OnnxModel model, int intraOpThreads) {
        return load(model, intraOpThreads, Placement.CPU);
    }

    /**
     * Loads {@code model} on ONNX Runtime.
     *
     * @param intraOpThreads CPU threads per call
     * @throws VitrineException if ONNX Runtime refuses the model or its native library cannot be loaded
     */
    public static FeatureModel load(OnnxModel model, int intraOpThreads, Placement placement) {
        return OnnxLoader.load(model, intraOpThreads, placement);
    }

    /**
     * Prints a model for {@code engine} and loads it.
     *
     * @param cache where this host keeps TorchScript archives and PyTorch's libraries
     * @param intraOpThreads CPU threads per call. PyTorch keeps the number of the first load of a process
     * @throws VitrineException if the engine refuses the model or cannot run one image, if its native libraries cannot be
     *     loaded, or if {@code cache} cannot be written
     */
    public static FeatureModel load(
            GraphRequest request, InferenceEngine engine, Path cache, int intraOpThreads, Placement placement) {
        if (engine == InferenceEngine.onnxruntime) {
            OnnxTarget target = placement.isGpu() ? OnnxTarget.GPU : OnnxTarget.ANY;
            return load(OnnxModel.print(request, target), intraOpThreads, placement);
        }
        TorchScript script = TorchScript.print(request, torchTarget(request.precision(), CpuFeatures.ofThisMachine()));
        Path archive = TorchScriptCache.archive(cache, request, script);
        return TorchLoader.load(archive, script.signature(), intraOpThreads, cache);
    }

    private static TorchTarget torchTarget(Precision precision, CpuFeatures cpu) {
        boolean canRepack = precision == Precision.fp32 || cpu.canRepackBfloat16();
        if (!canRepack) {
            return TorchTarget.ANY;
        }
        return cpu.hasAmx() ? TorchTarget.AMX : TorchTarget.CPU;
    }

    /** Loads a written {@link TorchScript} on PyTorch, on the CPU. Do not move or delete {@code archive} while the model is open. */
    public static FeatureModel load(Path archive, ModelSignature signature, int intraOpThreads) {
        return TorchLoader.load(archive, signature, intraOpThreads, ModelFileCache.DEFAULT);
    }

    /** The model's input and outputs. */
    public ModelSignature signature() {
        return signature;
    }

    /**
     * Access to the model for one thread, with one or two batches of its own.
     *
     * @param batchSize the capacity of the batch
     * @throws RunInterruptedException if the model is closed
     */
    public Runner runner(int batchSize) {
        session.readLock().lock();
        try {
            requireOpen();
            return new Runner(model.newPredictor(new BatchTranslator(signature)), batches.take(batchSize));
        } finally {
            session.readLock().unlock();
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new RunInterruptedException("The model is closed: this process is shutting down");
        }
    }

    /**
     * Frees the session when no batch is running. A model that is busy for ten seconds stays open until the process ends. Batches of
     * runners that are open stay page-locked until these are closed: a GPU may still write to them.
     */
    @Override
    public void close() {
        try {
            if (!session.writeLock().tryLock(10, TimeUnit.SECONDS)) {
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
                batches.close();
            }
        } finally {
            session.writeLock().unlock();
        }
    }

    /** Runs batches. Not thread-safe. */
    public final class Runner implements AutoCloseable {
        private final Predictor<PixelBatch, BatchFeatures> predictor;
        private final PixelBatch batch;
        private Optional<PixelBatch> secondBatch = Optional.empty();
        private boolean discarded;

        private Runner(Predictor<PixelBatch, BatchFeatures> predictor, PixelBatch batch) {
            this.predictor = predictor;
            this.batch = batch;
        }

        /** The batch to fill and run. */
        public PixelBatch batch() {
            return batch;
        }

        /**
         * Another batch like {@link #batch}, which can be filled while that one runs. Its memory is taken at the first call.
         *
         * @throws RunInterruptedException if the model is closed
         */
        public PixelBatch secondBatch() {
            if (secondBatch.isEmpty()) {
                session.readLock().lock();
                try {
                    requireOpen();
                    secondBatch = Optional.of(batches.take(batch.capacity()));
                } finally {
                    session.readLock().unlock();
                }
            }
            return secondBatch.get();
        }

        /** Keeps the batches from being reused after {@link #close}: something may still write into them. */
        public void discardBatches() {
            discarded = true;
        }

        /** Whether a batch exceeded the device's memory, so that the model runs half batches, one at a time. */
        public boolean runsHalfBatches() {
            return fallback.isActive();
        }

        /** Computes the features of the images in {@link #batch}, see {@link #run(PixelBatch)}. */
        public BatchFeatures run() {
            return run(batch);
        }

        /**
         * Computes the features of the images in a batch.
         *
         * @param images {@link #batch} or {@link #secondBatch}
         * @throws VitrineException if the engine fails
         * @throws RunInterruptedException if the model is closed
         */
        public BatchFeatures run(PixelBatch images) {
            return fallback.run(images, this::predict);
        }

        private BatchFeatures predict(PixelBatch images) {
            session.readLock().lock();
            try {
                requireOpen();
                return predictor.predict(images);
            } catch (TranslateException e) {
                String message = "Inference failed on a batch of " + images.count() + ": " + e.getMessage()
                        + ". If memory is short, choose a smaller --batch-size"
                        + (placement.isGpu() ? ", or fewer --tasks-per-gpu." : ".");
                throw OutOfMemoryFallback.isOutOfMemory(e)
                        ? new ConfigurationException(message, e)
                        : new ModelException(message, e);
            } finally {
                session.readLock().unlock();
            }
        }

        @Override
        public void close() {
            predictor.close();
            if (!discarded) {
                batches.giveBack(batch);
                secondBatch.ifPresent(batches::giveBack);
            }
        }
    }
}
