package io.vitrine.djl;

import ai.djl.Model;
import com.fasterxml.jackson.databind.JsonNode;
import io.vitrine.Size;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.JsonFile;
import io.vitrine.checkpoint.PreprocessorFile;
import io.vitrine.checkpoint.ScoreFunction;
import io.vitrine.image.preprocess.Preprocessing;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a folder of {@code jobs/export} says about its model.
 *
 * @param uint8 whether the model takes pixels, (height, width, 3), and not normalised values, (3, height, width)
 * @param size of its images, in pixels
 * @param outputs names, in the model's order
 */
record ExportedFolder(Path folder, Preprocessing preprocessing, boolean uint8, Size size, List<String> outputs) {
    private static final String DESCRIPTION = "vitrine.json";

    static ExportedFolder of(Model model) {
        Path path = model.getModelPath();
        Path folder = Files.isDirectory(path) ? path : path.getParent();
        JsonNode config = JsonFile.read(folder.resolve(Checkpoint.CONFIG));
        Path file = folder.resolve(PreprocessorFile.PREPROCESSOR);
        JsonNode description = JsonFile.read(folder.resolve(DESCRIPTION));
        boolean uint8 = description.path("input_dtype").asText().equals("uint8");
        JsonNode shape = description.path("input_shape");
        int height = uint8 ? 0 : 1;
        List<String> outputs = new ArrayList<>();
        description.path("outputs").fieldNames().forEachRemaining(outputs::add);
        return new ExportedFolder(
                folder,
                Preprocessing.read(
                        JsonFile.read(file), config.path("model_type").asText(), file),
                uint8,
                new Size(shape.path(height).asInt(), shape.path(height + 1).asInt()),
                List.copyOf(outputs));
    }

    /** The labels of {@code classes} logits; those without a name are called LABEL_i, as in the reference. */
    List<String> labels(int classes) {
        JsonNode names = JsonFile.read(folder.resolve(Checkpoint.CONFIG)).path("id2label");
        List<String> labels = new ArrayList<>();
        for (int i = 0; i < classes; i++) {
            labels.add(names.path(Integer.toString(i)).asText("LABEL_" + i));
        }
        return labels;
    }

    /** How logits become scores. */
    ScoreFunction scores(int classes) {
        return ScoreFunction.of(folder.resolve(Checkpoint.CONFIG), classes);
    }
}
