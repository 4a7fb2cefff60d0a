package io.vitrine.export;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.vitrine.ConfigurationException;
import io.vitrine.ModelException;
import io.vitrine.StorageException;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.Fingerprint;
import io.vitrine.checkpoint.PreprocessorFile;
import io.vitrine.checkpoint.WeightChecks;
import io.vitrine.graph.GraphRequest;
import io.vitrine.graph.HeadMask;
import io.vitrine.graph.ModelSignature;
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
 * Exports a self-contained model for other tools: ONNX Runtime in any language, PyTorch, DJL and its Spark extension.
 *
 * <p>The exported folder holds:
 *
 * <ul>
 *   <li>{@code model.onnx} (with external weights, also copies of the checkpoint's safetensors files) or {@code model.pt},
 *   <li>{@code config.json} and {@code preprocessor_config.json},
 *   <li>{@code vitrine.json}, which describes the input and the outputs,
 *   <li>{@code serving.properties} for DJL, which names {@link io.vitrine.djl.ImageTranslatorFactory}.
 * </ul>
 */
public final class Export {
    private Export() {}

    /** The format of the exported model. */
    public enum Format {
        onnx("model.onnx", "OnnxRuntime"),
        torchscript("model.pt", "PyTorch");

        private final String file;
        private final String engine;

        Format(String file, String engine) {
            this.file = file;
            this.engine = engine;
        }

        /** The name of the model file. */
        public String file() {
            return file;
        }
    }

    /** Which preprocessor_config.json is exported. */
    public enum Preprocessor {
        /** A copy of the checkpoint's file, or a new one with the same content if the checkpoint has it in another file. */
        CHECKPOINT,
        /** A new file with the plan's preprocessing: its image size is not the checkpoint's. */
        PLAN
    }

    /**
     * What to export.
     *
     * @param outputs names from {@link io.vitrine.graph.ModelOutputs#available}
     * @param weights of ONNX files; a TorchScript archive always embeds its weights
     */
    public record Options(
            Format format,
            PixelInput input,
            List<String> outputs,
            HeadMask headMask,
            OnnxModel.WeightStorage weights,
            Preprocessor preprocessor) {}

    /**
     * Writes a folder, whole or not at all.
     *
     * @param to a new or empty folder
     * @throws ConfigurationException if {@code to} holds anything, or the options do not fit the model
     * @throws ModelException if the weights are missing, misshapen or not finite
     * @throws StorageException if {@code to} cannot be written
     */
    public static void write(ModelPlan plan, Options options, Path to) {
        Path folder = to.toAbsolutePath().normalize();
        requireEmpty(folder);
        if (options.input() == PixelInput.UINT8 && plan.preprocessing().givesFloats()) {
            throw new ConfigurationException(
                    "The preprocessing of " + plan.checkpoint().folder() + " gives floats ("
                            + plan.preprocessing()
                            + "), so the model cannot take uint8 pixels. Export with --input pixel_values.");
        }
        if (folder.getParent() == null) {
            throw new ConfigurationException("Cannot export to " + folder + ". Choose a new folder.");
        }
        Path partial = null;
        try {
            Files.createDirectories(folder.getParent());
            partial = Files.createTempDirectory(folder.getParent(), ".vitrine-export-");
            GraphRequest request =
                    plan.request(options.outputs()).withInput(options.input()).withHeadMask(options.headMask());
            OnnxModel model = OnnxModel.print(request);
            WeightChecks.requireFinite(model.weights().values());
            writeModel(request, model, options, partial);
            writeSettings(plan, model.signature(), options, partial);
            Files.deleteIfExists(folder); // an empty folder is in the way of the move
            Files.move(partial, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw cannotWrite(folder, e);
        } finally {
            deleteQuietly(partial);
        }
    }

    private static StorageException cannotWrite(Path folder, IOException e) {
        return new StorageException(
                StorageException.Outlook.PERMANENT,
                "Cannot write " + folder + ": " + e + ". Choose a writable folder with enough space.",
                e);
    }

    private static void writeModel(GraphRequest request, OnnxModel onnx, Options options, Path folder)
            throws IOException {
        switch (options.format()) {
            case onnx -> onnx.write(folder, Format.onnx.file, options.weights());
            case torchscript -> TorchScript.print(request).write(folder.resolve(Format.torchscript.file));
        }
    }

    private static void writeSettings(ModelPlan plan, ModelSignature signature, Options options, Path folder)
            throws IOException {
        ObjectMapper json = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        Path checkpoint = plan.checkpoint().folder();
        Files.copy(checkpoint.resolve(Checkpoint.CONFIG), folder.resolve(Checkpoint.CONFIG));
        Path own = PreprocessorFile.find(checkpoint).file();
        Path preprocessor = folder.resolve(PreprocessorFile.PREPROCESSOR);
        if (options.preprocessor() == Preprocessor.CHECKPOINT && own.endsWith(PreprocessorFile.PREPROCESSOR)) {
            Files.copy(own, preprocessor);
        } else {
            json.writeValue(preprocessor.toFile(), plan.preprocessing().toConfig());
        }
        Files.writeString(
                folder.resolve("serving.properties"),
                "engine=" + options.format().engine + "\noption.modelName=" + options.format().file
                        + "\ntranslatorFactory=io.vitrine.djl.ImageTranslatorFactory\n");
        json.writeValue(folder.resolve("vitrine.json").toFile(), description(plan, signature, options));
    }

    private static Map<String, Object> description(ModelPlan plan, ModelSignature signature, Options options) {
        Map<String, Object> outputs = new LinkedHashMap<>();
        signature.outputs().forEach(output -> outputs.put(output.name(), output.shape()));
        Map<String, Object> description = new LinkedHashMap<>();
        description.put("model_type", plan.checkpoint().config().family().modelType());
        description.put("fingerprint", Fingerprint.of(plan.checkpoint().folder()));
        description.put("input", options.input().inputName());
        description.put("input_dtype", options.input() == PixelInput.UINT8 ? "uint8" : "float32");
        description.put("input_shape", options.input().shape(plan.imageSize()));
        description.put("outputs", outputs);
        description.put("preprocessing", plan.preprocessing().toString());
        if (!options.headMask().layers().isEmpty()) {
            description.put("head_mask", options.headMask().layers());
        }
        return description;
    }

    private static void requireEmpty(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            if (files.findAny().isEmpty()) {
                return;
            }
        } catch (IOException e) {
            throw cannotWrite(folder, e);
        }
        throw new ConfigurationException(folder + " is not empty. Export to a new folder.");
    }

    private static void delete(Path folder) throws IOException {
        if (folder != null && Files.exists(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
        }
    }

    private static void deleteQuietly(Path folder) {
        try {
            delete(folder);
        } catch (IOException e) {
            // a folder .vitrine-export-... remains
        }
    }
}
