package io.vitrine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vitrine.checkpoint.SmallCheckpoint;
import io.vitrine.graph.PixelInput;
import io.vitrine.inference.FeatureModel;
import io.vitrine.testkit.DirectInference;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Padding is zero after normalising, whatever the mean. */
final class PaddedImagesTest {
    private static final int SIDE = SmallCheckpoint.SIDE;
    private static final int MEAN = 128;
    private static final String NORMALIZE = "\"do_rescale\":false,\"image_mean\":[128,128,128],\"image_std\":[1,1,1],";

    @TempDir
    private Path folder;

    @Test
    void aPaddedImageIsAnImageOnItsMean() throws IOException {
        Path checkpoint = SmallCheckpoint.of("vit", Map.of()).write(folder);
        float[] whole = features(checkpoint, "\"size\":" + SIDE, picture(SIDE));
        String padded = "\"size\":{\"max_height\":" + SIDE + ",\"max_width\":" + SIDE
                + "},\"do_pad\":true,\"pad_size\":" + SIDE;
        float[] features = features(checkpoint, padded, picture(SIDE / 2));
        assertThat(features).containsExactly(whole, within(1e-4f)); // the other rows of the whole image are the mean
    }

    private static float[] features(Path checkpoint, String size, byte[] image) throws IOException {
        Files.writeString(
                checkpoint.resolve("preprocessor_config.json"),
                "{\"image_processor_type\":\"ViTImageProcessor\"," + NORMALIZE + size + "}");
        ModelPlan plan = ModelPlan.of(checkpoint, Optional.empty());
        assertThat(plan.pixelInput()).isEqualTo(size.contains("pad") ? PixelInput.FLOAT32 : PixelInput.UINT8);
        try (FeatureModel model = FeatureModel.load(plan.onnxModel(List.of("pooler_output")), 1);
                FeatureModel.Runner runner = model.runner(1)) {
            return DirectInference.features(runner, plan, image).floats("pooler_output", 0);
        }
    }

    /** A PNG file with noise in the upper half of a square, and the mean below it. */
    private static byte[] picture(int height) throws IOException {
        Random random = new Random(3);
        BufferedImage image = new BufferedImage(SIDE, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < SIDE; x++) {
                image.setRGB(x, y, y < SIDE / 2 ? random.nextInt(1 << 24) : MEAN << 16 | MEAN << 8 | MEAN);
            }
        }
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        ImageIO.write(image, "png", file);
        return file.toByteArray();
    }
}
