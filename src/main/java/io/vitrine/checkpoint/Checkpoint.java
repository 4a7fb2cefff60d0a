package io.vitrine.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import io.vitrine.ModelException;
import io.vitrine.VitrineException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A Hugging Face model folder: its typed config and its named tensors. Immutable; safe between threads.
 *
 * <p>Model types read: those of {@link ModelFamily}, as base models or with a head. The pooler and the head are what the weights
 * hold, never what the class could have: the reference fills a missing pooler with random numbers, this does not.
 */
public record Checkpoint(Path folder, VitConfig config, Weights weights) {
    public static final String CONFIG = "config.json";
    public static final String PREPROCESSOR = "preprocessor_config.json";

    /**
     * Opens {@code folder}.
     *
     * @throws VitrineException if a file is missing or damaged, or the model type is not one that is read
     */
    public static Checkpoint open(Path folder) {
        requireFolder(folder);
        Path file = folder.resolve(CONFIG);
        JsonNode node = JsonFile.read(file);
        VitConfig config = VitConfig.read(node, file);
        return new Checkpoint(folder, config, Weights.open(folder, config.family()));
    }

    /**
     * Whether {@code pooler_output} exists: where it has weights of its own ({@code pooler.dense}, in BEiT {@code
     * pooler.layernorm}), if these are there; where it is the class token, always.
     */
    public boolean hasPooler() {
        if (config.family().isBeit() && config.beit().meanPooling()) {
            return weights.has("pooler.layernorm.weight"); // a masked-image checkpoint has none
        }
        return config.family().hasDerivedPooler() || weights.has("pooler.dense.weight");
    }

    /** The tensor that a pooler of its own begins with. */
    public String poolerTensor() {
        return config.family().isBeit() ? "pooler.layernorm" : "pooler.dense";
    }

    /** Where {@code pooler_output} comes from. */
    public String poolerInWords() {
        if (!hasPooler()) {
            return "none: no " + poolerTensor() + " in the weights, and none is invented";
        }
        if (!config.family().hasDerivedPooler()) {
            return "real: pooler.dense is in the weights";
        }
        return config.beit().meanPooling()
                ? "made of the last state: the norm of the mean of the patches"
                : "made of the last state: the class token";
    }

    /** Whether there are two heads, one on the class token and one on the distillation token. */
    public boolean hasTeacherHeads() {
        return config.family() == ModelFamily.DEIT && weights.has("cls_classifier.weight");
    }

    /** Whether the weights hold a classification head: {@code classifier}. The reference defines none for DINOv3. */
    public boolean hasHead() {
        boolean readsPooler = config.family().isBeit();
        return config.family() != ModelFamily.DINOV3_VIT
                && weights.has("classifier.weight")
                && (!readsPooler || hasPooler());
    }

    /** The number of classes of a head: the rows of {@code name.weight}; 0 without one. */
    public int classes(String name) {
        return weights.find(name + ".weight")
                .filter(tensor -> tensor.shape().size() == 2 && tensor.shape().get(0) <= Integer.MAX_VALUE)
                .map(tensor -> tensor.shape().get(0).intValue())
                .orElse(0);
    }

    /**
     * Every file that reading the checkpoint needs: its JSON files and its weights.
     *
     * @throws VitrineException naming the one that is missing
     */
    public static List<Path> files(Path folder) {
        requireFolder(folder);
        List<Path> files = new ArrayList<>();
        for (String name : List.of(CONFIG, PREPROCESSOR)) {
            JsonFile.read(folder.resolve(name)); // says what is missing
            files.add(folder.resolve(name));
        }
        files.addAll(WeightFiles.find(folder).all());
        return files;
    }

    private static void requireFolder(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new ModelException("No checkpoint folder " + folder
                    + ". Give a folder that holds config.json, preprocessor_config.json and model.safetensors; on a"
                    + " cluster it must exist on every node, or lie on shared storage (s3a://, hdfs://).");
        }
    }
}
