package io.vitrine.djl;

import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.util.JsonUtils;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A program of somebody who uses DJL, which shows Google's gson in its API. Prints the labels of a picture as DJL writes them. */
public final class DjlProgram {
    private DjlProgram() {}

    /** @param arguments an exported folder, and a picture */
    public static void main(String[] arguments) throws Exception {
        Criteria<byte[], Classifications> criteria = Criteria.builder()
                .setTypes(byte[].class, Classifications.class)
                .optModelPath(Path.of(arguments[0]))
                .optTranslatorFactory(new ImageTranslatorFactory())
                .build();
        try (ZooModel<byte[], Classifications> model = criteria.loadModel();
                Predictor<byte[], Classifications> predictor = model.newPredictor()) {
            List<Classifications> labels = predictor.batchPredict(List.of(Files.readAllBytes(Path.of(arguments[1]))));
            System.out.println("labels " + JsonUtils.GSON.toJson(labels.get(0)));
            System.out.println(labels.get(0).serialize().isJsonArray());
        }
    }
}
