package io.vitrine.testkit;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.Size;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.decode.ImageLimits;
import io.vitrine.image.preprocess.ImagePreprocessor;
import io.vitrine.inference.BatchFeatures;
import io.vitrine.inference.FeatureModel;
import io.vitrine.inference.PixelBatch;
import io.vitrine.model.ModelPlan;
import java.util.List;
import java.util.Optional;

/** Features of single images, computed without Spark and without batches: what a run must write. */
public final class DirectInference {
    private DirectInference() {}

    /** The features of one image. */
    public static BatchFeatures features(FeatureModel.Runner runner, ModelPlan plan, byte[] image) {
        runner.batch().clear();
        add(runner.batch(), plan, image);
        return runner.run();
    }

    /**
     * One output of the demo checkpoint for one image.
     *
     * @param size the model's input; the checkpoint's own if empty
     */
    public static float[] ofDemo(byte[] image, Optional<Size> size, String output) {
        ModelPlan plan = ModelPlan.of(DemoCheckpoint.FOLDER, size);
        try (FeatureModel model = FeatureModel.load(plan.onnxModel(List.of(output)), 1);
                FeatureModel.Runner runner = model.runner(1)) {
            return features(runner, plan, image).floats(output, 0);
        }
    }

    /** Decodes an image and adds its pixels to a batch. */
    public static void add(PixelBatch batch, ModelPlan plan, byte[] image) {
        try (ImagePreprocessor preprocessor =
                new ImagePreprocessor(plan.preprocessing(), ImageLimits.DEFAULT, DecodeOptions.STANDARD)) {
            batch.add(preprocessor.preprocess(FileBytes.of(image)).pixels());
        } catch (ImageRejectedException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
