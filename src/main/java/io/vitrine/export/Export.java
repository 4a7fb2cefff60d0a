package io.vitrine.export;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.vitrine.ConfigurationException;
import io.vitrine.VitrineException;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.Fingerprint;
import io.vitrine.checkpoint.FiniteWeights;
import io.vitrine.graph.GraphRequest;
import io.vitrine.graph.HeadMask;
import io.vitrine.graph.OnnxModel;
import io.vitrine.graph.PixelInput;
import io.vitrine.graph.TorchScript;
import io.vitrine.model.ModelPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Writes a self-contained model that other tools run: ONNX Runtime in any language, PyTorch, DJL and its Spark extension.
 *
 * <p>The folder holds {@code model.onnx} (and the weights beside it, if not inside) or {@code model.pt}; config.json and
 * preprocessor_config.json; {@code vitrine.json}, which says what goes in and comes out; and {@code serving.properties} for
 * DJL, which names {@link io.vitrine.djl.ImageTranslatorFactory}.
 */
public final class Export {
    private Export() {}

    /** The format of the model. */
    public enum Format {
        onnx("model.onnx", "OnnxRuntime"),
        torchscript("model.pt", "PyTorch");

        private final String file;
        private final String engine;

        Format(String file, String engine) {
            this.file = file;
            this.engine = engine;
        }

        public String file() {
            return file;
        }
    }

    /**
     * How to export.
     *
     * @param outputs names of {@link io.vitrine.graph.ModelOutputs}
     * @param inside whether an ONNX file holds its weights; a TorchScript archive always does
     */
    public record Options(Format format, PixelInput input, List<String> outputs, HeadMask headMask, boolean inside) {}

    /**
     * Writes a folder, whole or not at all.
     *
     * @param resized whether the plan's image size is not the checkpoint's own, so that its preprocessing is written anew
     * @param to the folder
     * @throws VitrineException if the folder holds anything, the weights are not all numbers, or it cannot be written
     */
    public static void write(ModelPlan plan, boolean resized, Options options, Path to) {
        Path folder = to.toAbsolutePath().normalize();
        requireFree(folder);
        if (options.input() == PixelInput.UINT8 && plan.preprocessing().rescalesBeforeResize()) {
            throw new ConfigurationException(
                    "The images of " + plan.checkpoint().folder() + " are resized as floats (" + plan.preprocessing()
                            + "), so uint8 pixels cannot be its input. Export with --input pixel_values.");
        }
        if (folder.getParent() == null) {
            throw new ConfigurationException("Cannot export to " + folder + ". Choose a new folder.");
        }
        Path partial = null;
        try {
            Files.createDirectories(folder.getParent());
            partial = Files.createTempDirectory(folder.getParent(), ".vitrine-export-");
            model(plan, options, partial);
            settings(plan, resized, options, partial);
            Files.deleteIfExists(folder); // empty
            Files.move(partial, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new ConfigurationException("Cannot write " + folder + ": " + e, e);
        } finally {
            clearQuietly(partial);
        }
    }

    private static void model(ModelPlan plan, Options options, Path folder) throws IOException {
        GraphRequest request = plan.request(options.outputs(), options.headMask(), options.input());
        OnnxModel graph = OnnxModel.print(request);
        FiniteWeights.check(graph.weights().values());
        if (options.format() == Format.onnx) {
            graph.write(folder, options.format().file, options.inside());
        } else {
            TorchScript.print(request).write(folder.resolve(options.format().file));
        }
    }

    private static void settings(ModelPlan plan, boolean resized, Options options, Path folder) throws IOException {
        ObjectMapper json = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        Path checkpoint = plan.checkpoint().folder();
        Files.copy(checkpoint.resolve(Checkpoint.CONFIG), folder.resolve(Checkpoint.CONFIG));
        Path preprocessor = folder.resolve(Checkpoint.PREPROCESSOR);
        if (resized) {
            json.writeValue(preprocessor.toFile(), plan.preprocessing().toConfig());
        } else {
            Files.copy(checkpoint.resolve(Checkpoint.PREPROCESSOR), preprocessor);
        }
        Files.writeString(
                folder.resolve("serving.properties"),
                "engine=" + options.format().engine + "\noption.modelName=" + options.format().file
                        + "\ntranslatorFactory=io.vitrine.djl.ImageTranslatorFactory\n");
        json.writeValue(folder.resolve("vitrine.json").toFile(), description(plan, options));
    }

    private static Map<String, Object> description(ModelPlan plan, Options options) {
        OnnxModel graph = OnnxModel.print(plan.request(options.outputs(), options.headMask(), options.input()));
        Map<String, Object> outputs = new LinkedHashMap<>();
        graph.outputs().forEach(output -> outputs.put(output.name(), output.shape()));
        Map<String, Object> text = new LinkedHashMap<>();
        text.put("model_type", plan.checkpoint().config().family().modelType());
        text.put("fingerprint", Fingerprint.of(plan.checkpoint().folder()));
        text.put("input", options.input().inputName());
        text.put("input_dtype", options.input() == PixelInput.UINT8 ? "uint8" : "float32");
        text.put("input_shape", options.input().shape(plan.input()));
        text.put("outputs", outputs);
        text.put("preprocessing", plan.preprocessing().toString());
        if (!options.headMask().layers().isEmpty()) {
            text.put("head_mask", options.headMask().layers());
        }
        return text;
    }

    private static void requireFree(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            if (files.findAny().isEmpty()) {
                return;
            }
        } catch (IOException e) {
            throw new ConfigurationException("Cannot write to " + folder + ": " + e, e);
        }
        throw new ConfigurationException(folder + " is not empty. Export to a new folder.");
    }

    private static void clear(Path folder) throws IOException {
        if (folder != null && Files.exists(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
        }
    }

    private static void clearQuietly(Path folder) {
        try {
            clear(folder);
        } catch (IOException e) {
            // what is left is named .vitrine-export-...
        }
    }
}
