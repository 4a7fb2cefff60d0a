package io.vitrine.inference;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import io.vitrine.ConfigurationException;
import io.vitrine.ModelException;
import io.vitrine.StorageException;
import io.vitrine.VitrineException;
import io.vitrine.graph.ModelSignature;
import java.io.IOException;
import java.nio.file.Path;

/** Loads TorchScript archives on PyTorch, on the CPU. */
final class TorchLoader {
    private TorchLoader() {}

    /**
     * Loads {@code archive} and runs one image.
     *
     * @param cache where PyTorch's libraries are unpacked
     * @throws ConfigurationException if this process has no PyTorch, as an executor that was not sent its jar
     */
    static FeatureModel load(Path archive, ModelSignature signature, int intraOpThreads, Path cache) {
        InferenceEngine.pytorch.requireAvailable();
        DjlSettings.pytorch(intraOpThreads, cache);
        Model model = newModel();
        try {
            model.load(archive.getParent(), archive.getFileName().toString());
        } catch (MalformedModelException | EngineException | UnsatisfiedLinkError e) {
            model.close();
            throw new ModelException("PyTorch cannot load the model " + archive + ": " + e.getMessage(), e);
        } catch (IOException e) {
            model.close();
            throw new StorageException(
                    StorageException.Outlook.PERMANENT, "PyTorch cannot read the model " + archive + ": " + e, e);
        }
        NativeHeap.retainFreedMemory(); // not earlier: the memory that loading needed goes back to the kernel
        return warmUp(new FeatureModel(model, signature, Placement.CPU, archive));
    }

    /** An empty model. The first one of a process loads PyTorch's libraries. */
    private static Model newModel() {
        try {
            return Model.newInstance("vitrine", Device.cpu(), InferenceEngine.pytorch.djlName());
        } catch (EngineException | IllegalArgumentException | LinkageError e) { // DJL's three ways to say so
            throw new ConfigurationException(
                    "PyTorch's native libraries cannot be loaded: " + e + ". Take --engine onnxruntime.", e);
        }
    }

    /**
     * Runs one image. During the first call, DJL blocks all other threads while PyTorch specializes the module to the shapes. With
     * a whole batch, every other core would wait for seconds.
     */
    private static FeatureModel warmUp(FeatureModel model) {
        try (FeatureModel.Runner runner = model.runner(1)) {
            runner.batch().add(new byte[model.signature().imageBytes()]);
            runner.run();
            return model;
        } catch (VitrineException e) {
            model.close();
            throw new ModelException("PyTorch cannot run the model: " + e.getCause(), e);
        }
    }
}
