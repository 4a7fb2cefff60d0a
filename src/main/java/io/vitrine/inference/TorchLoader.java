package io.vitrine.inference;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import io.vitrine.ModelException;
import io.vitrine.VitrineException;
import io.vitrine.graph.OnnxModel;
import java.io.IOException;
import java.nio.file.Path;

/** Loads a printed TorchScript archive on PyTorch, on the CPU. */
final class TorchLoader {
    private TorchLoader() {}

    static FeatureModel load(Path archive, OnnxModel.Signature signature, int intraOpThreads, Path cache) {
        DjlSettings.pytorch(intraOpThreads, cache);
        Model model = null;
        try {
            model = Model.newInstance("vitrine", Device.cpu(), InferenceEngine.pytorch.djlName());
            model.load(archive.getParent(), archive.getFileName().toString());
            NativeHeap.keepFreed(); // from here on: what loading needed goes back
            return warm(new FeatureModel(model, signature, Placement.CPU, archive));
        } catch (MalformedModelException | IOException | EngineException | UnsatisfiedLinkError e) {
            if (model != null) {
                model.close();
            }
            throw new ModelException("PyTorch cannot load the model " + archive + ": " + e.getMessage(), e);
        }
    }

    /**
     * Runs one image. DJL lets all threads wait for the first call to end, to note shapes: without this, for a whole batch, which
     * is 2 seconds of every other core's time for a ViT-Base in fp32.
     */
    private static FeatureModel warm(FeatureModel model) {
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
