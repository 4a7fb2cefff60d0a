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
 * <p>Every {@link ModelFamily} is supported, as a base model or with a head. A pooler or a head exists only if its weights do.
 * The reference fills a missing pooler with random numbers; this class does not.
 */
public record Checkpoint(Path folder, VitConfig config, Weights weights) {
    public static final String CONFIG = "config.json";
    /** The linear map to the space that images and texts share, without {@code .weight}. */
    public static final String PROJECTION = "visual_projection";

    /**
     * Opens {@code folder}, whose weights are safetensors.
     *
     * @throws ModelException if a file is missing or damaged, or the model type is not supported
     */
    public static Checkpoint open(Path folder) {
        requireFolder(folder);
        VitConfig config = readConfig(folder);
        Weights weights = Weights.open(folder, config);
        return new Checkpoint(folder, TowerWeights.fitted(config, weights), weights);
    }

    /**
     * The part of the checkpoint that reads texts.
     *
     * @throws ModelException if it has none, or config.json is damaged
     */
    public TextConfig textConfig() {
        Path file = folder.resolve(CONFIG);
        return TextConfig.read(JsonFile.read(file), file);
    }

    /**
     * Reads the config.json in {@code folder}, which need not hold weights yet.
     *
     * @throws ModelException if it is missing or damaged, or the model is not supported
     */
    public static VitConfig readConfig(Path folder) {
        Path file = folder.resolve(CONFIG);
        if (!Files.exists(file)) {
            ForeignWeights.form(LocalFiles.names(folder)).ifPresent(form -> {
                throw new ModelException("No config.json in " + folder + ": " + form);
            });
        }
        JsonNode node = JsonFile.read(file);
        QuantizedConfig.refuse(node, file);
        return VitConfig.read(node, file);
    }

    /**
     * Whether the model has a {@code pooler_output}. A learned pooler needs its weights: {@code pooler.dense}, or in BEiT {@code
     * pooler.layernorm}. A pooler that is the class token is always there.
     */
    public boolean hasPooler() {
        if (config.family().isTower()) {
            return config.tower().pooling() != TowerOptions.Pooling.NONE;
        }
        if (config.family().isBeit() && config.beit().meanPooling()) {
            return weights.has("pooler.layernorm.weight"); // a masked-image checkpoint has none
        }
        return config.family().hasDerivedPooler() || weights.has("pooler.dense.weight");
    }

    /** The first tensor of a learned pooler, without {@code .weight}. */
    public String poolerTensor() {
        return config.family().isBeit() ? "pooler.layernorm" : "pooler.dense";
    }

    /** Where {@code pooler_output} comes from, for people. */
    public String describePooler() {
        if (!hasPooler() && !config.family().isTower()) {
            return "none: no " + poolerTensor() + " in the weights, and none is invented";
        }
        if (!config.family().hasDerivedPooler()) {
            return "real: pooler.dense is in the weights";
        }
        if (config.family().isTower()) {
            return switch (config.tower().pooling()) {
                case NONE -> "none: config.json says that the model does not pool";
                case CLASS_TOKEN ->
                    config.tower().has(TowerOptions.Part.POOLED_NORM)
                            ? "from the last state: the norm of the class token"
                            : "from the last state: the class token";
                case MEAN_OF_CLASS_TOKENS -> "from the last state: the mean of the class tokens";
                case MEAN_OF_PATCHES ->
                    config.tower().has(TowerOptions.Part.POOLED_NORM)
                            ? "from the last state: the norm of the mean of the patches"
                            : "from the last state: the mean of the patches";
                case SUMMARY ->
                    "from the last state: the class tokens " + config.tower().summary() + ", joined";
                case ATTENTION_AND_MLP, LATENT_AND_MLP -> "real: a learned query over the last state, and an MLP";
                case ATTENTION -> "real: a learned query over the last state";
            };
        }
        return config.beit().meanPooling()
                ? "from the last state: the norm of the mean of the patches"
                : "from the last state: the class token";
    }

    /**
     * Whether the model has {@code image_embeds}, the vector in the space that images and texts share: the projection of the
     * pooler, or in SigLIP the pooler itself, as {@code get_image_features} of the reference gives it.
     */
    public boolean hasImageEmbeds() {
        return hasPooler() && (hasProjection() || config.family() == ModelFamily.SIGLIP);
    }

    /** Whether {@code image_embeds} is a projection of the pooler. */
    public boolean hasProjection() {
        return config.family().isTower() && weights.has(PROJECTION + ".weight");
    }

    /** The width of {@code image_embeds} where it is a projection. */
    public int projectionSize() {
        return classCount(PROJECTION);
    }

    /** Whether there are two heads, one on the class token and one on the distillation token. */
    public boolean hasTeacherHeads() {
        return config.tower().has(TowerOptions.Part.DISTILLED)
                ? hasHead() && weights.has("distillation_classifier.weight")
                : config.family() == ModelFamily.DEIT && weights.has("cls_classifier.weight");
    }

    /** Whether the weights hold a classification head, {@code classifier}. The reference defines none for DINOv3. */
    public boolean hasHead() {
        boolean readsPooler = config.family().isBeit();
        return config.family() != ModelFamily.DINOV3_VIT
                && weights.has("classifier.weight")
                && (!readsPooler || hasPooler());
    }

    /**
     * The number of classes of a head; 0 if there is no such head.
     *
     * @param head the tensor's name without {@code .weight}, such as {@code classifier}
     */
    public int classCount(String head) {
        return weights.tensor(head + ".weight")
                .filter(tensor -> tensor.shape().size() == 2 && tensor.shape().get(0) <= Integer.MAX_VALUE)
                .map(tensor -> tensor.shape().get(0).intValue())
                .orElse(0);
    }

    /**
     * The files of a checkpoint: its JSON files and its weights, of any format.
     *
     * @throws VitrineException naming a file that is missing or cannot be read
     */
    public static List<Path> requiredFiles(Path folder) {
        requireFolder(folder);
        Path config = folder.resolve(CONFIG);
        JsonFile.read(config); // fails with a message if it is missing or damaged
        List<Path> files = new ArrayList<>(List.of(config));
        Path preprocessor = PreprocessorFile.find(folder).file();
        if (!preprocessor.equals(config)) {
            files.add(preprocessor);
        }
        files.addAll(WeightFiles.find(folder).all());
        return files;
    }

    private static void requireFolder(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new ModelException("No checkpoint folder " + folder.toAbsolutePath()
                    + ". There is no folder of that name here: check its spelling. A checkpoint folder holds config.json,"
                    + " preprocessor_config.json and model.safetensors; on a cluster it must exist on every node, or lie on"
                    + " shared storage (s3a://, hdfs://).");
        }
    }
}
