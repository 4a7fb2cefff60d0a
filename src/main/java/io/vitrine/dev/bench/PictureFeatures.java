package io.vitrine.dev.bench;

import io.vitrine.L2Norm;
import io.vitrine.inference.BatchFeatures;
import io.vitrine.inference.FeatureModel;
import io.vitrine.model.ModelPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Features of generated pictures of 64x64 pixels by a ViT of four layers with random weights, whose first tokens are divided by their
 * norm. A picture is made from its number: soft ellipses of any place, size, angle and colour over a grating on a gradient, with
 * noise. About 100 numbers describe one, and none comes from a cluster.
 */
final class PictureFeatures implements AutoCloseable {
    private static final int SIDE = 64;
    private static final int ELLIPSES = 8;
    private static final int BATCH = 64;
    private static final String OUTPUT = "cls";

    private final FeatureModel model;
    private final FeatureModel.Runner runner;
    private final float[][] features = new float[BATCH][];
    private long first = -1;

    /** @param folder for the checkpoint */
    PictureFeatures(Path folder) throws IOException {
        Path checkpoint = RandomCheckpoint.SMALL_PICTURES.write(folder);
        this.model = FeatureModel.load(
                ModelPlan.of(checkpoint, Optional.empty()).onnxModel(List.of(OUTPUT)),
                Runtime.getRuntime().availableProcessors());
        this.runner = model.runner(BATCH);
    }

    /** The features of a picture. Fast if pictures are asked for one after the other. */
    float[] get(long picture) {
        long batch = Math.floorDiv(picture, BATCH);
        if (first != batch * BATCH) {
            first = batch * BATCH;
            runner.batch().clear();
            for (int i = 0; i < BATCH; i++) {
                runner.batch().add(picture(first + i));
            }
            BatchFeatures results = runner.run();
            for (int i = 0; i < BATCH; i++) {
                features[i] = L2Norm.divide(results.floats(OUTPUT, i));
            }
        }
        return features[(int) (picture - first)];
    }

    /** (64, 64, 3) uint8. */
    private static byte[] picture(long number) {
        Random random = new Random(VectorSet.seed(number));
        float[] pixels = new float[SIDE * SIDE * 3];
        background(pixels, random);
        for (int i = 0; i < ELLIPSES; i++) {
            ellipse(pixels, random);
        }
        byte[] bytes = new byte[pixels.length];
        for (int i = 0; i < bytes.length; i++) {
            float noise = random.nextInt(17) - 8;
            bytes[i] = (byte) Math.max(0, Math.min(255, Math.round(pixels[i] * 255 + noise)));
        }
        return bytes;
    }

    /** A gradient with a grating, each from one colour to another. */
    private static void background(float[] pixels, Random random) {
        float[] numbers = numbers(random, 12);
        double frequency = 0.05 + 0.4 * random.nextFloat();
        double angle = Math.PI * random.nextFloat();
        float depth = random.nextFloat() / 2;
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                double along = x * Math.cos(angle) + y * Math.sin(angle);
                float wave = depth * (float) Math.sin(frequency * along);
                for (int c = 0; c < 3; c++) {
                    float across = numbers[c] + (numbers[3 + c] - numbers[c]) * x / SIDE;
                    float down = (numbers[6 + c] - 0.5f) * y / SIDE;
                    pixels[(y * SIDE + x) * 3 + c] = across + down + wave * numbers[9 + c];
                }
            }
        }
    }

    private static void ellipse(float[] pixels, Random random) {
        float[] numbers = numbers(random, 8);
        float centerX = numbers[0] * SIDE;
        float centerY = numbers[1] * SIDE;
        float width = 3 + numbers[2] * SIDE / 3;
        float height = 3 + numbers[3] * SIDE / 3;
        float cosine = (float) Math.cos(Math.PI * numbers[4]);
        float sine = (float) Math.sin(Math.PI * numbers[4]);
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                float along = ((x - centerX) * cosine + (y - centerY) * sine) / width;
                float across = ((y - centerY) * cosine - (x - centerX) * sine) / height;
                float cover = Math.max(0, Math.min(1, 3 - 3 * (along * along + across * across))); // a soft edge
                for (int c = 0; c < 3; c++) {
                    int at = (y * SIDE + x) * 3 + c;
                    pixels[at] += cover * (numbers[5 + c] - pixels[at]);
                }
            }
        }
    }

    private static float[] numbers(Random random, int count) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = random.nextFloat();
        }
        return numbers;
    }

    @Override
    public void close() {
        runner.close();
        model.close();
    }
}
