package io.vitrine.checkpoint;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Explains a checkpoint without weights that can be read, by the names of the files it has instead. */
public final class ForeignWeights {
    public static final String ADAPTER_CONFIG = "adapter_config.json";

    private static final int SHOWN = 8;

    /** A form of weights that is not read. */
    private enum Form {
        ADAPTER(
                name -> name.equals(ADAPTER_CONFIG) || name.startsWith("adapter_model."),
                "is a PEFT adapter, which changes another model. Load both in Python, call merge_and_unload() and"
                        + " save_pretrained(...), and give that folder; or take the other model (base_model_name_or_path in"
                        + " adapter_config.json) alone"),
        GGUF(
                name -> name.endsWith(".gguf"),
                "is in GGUF, the format of llama.cpp, which is not read. Take the checkpoint that it was made of; to"
                        + " compute in 8 bits, add --precision int8"),
        OPEN_CLIP(
                name -> name.startsWith("open_clip_"),
                "is in the form of OpenCLIP, which is not read. Take the same model in the form of transformers,"
                        + " with config.json and model.safetensors"),
        TENSORFLOW(
                name -> name.equals("tf_model.h5") || name.startsWith("tf_model-"),
                "is in the form of TensorFlow, which is not read. Convert it in Python: from_pretrained(..., from_tf=True),"
                        + " then save_pretrained(...), with transformers 4"),
        ONNX(
                name -> name.endsWith(".onnx"),
                "is an exported ONNX graph, which is not read. Take the checkpoint that it was exported from"),
        VARIANT(
                name -> name.matches("model\\.[a-z0-9]+\\.safetensors|pytorch_model\\.[a-z0-9]+\\.bin"),
                "is a variant of the weights under a name of its own. Copy the checkpoint and call that file"
                        + " model.safetensors or pytorch_model.bin");

        @SuppressWarnings("ImmutableEnumChecker") // without state
        private final Predicate<String> matches;

        private final String sentence;

        Form(Predicate<String> matches, String sentence) {
            this.matches = matches;
            this.sentence = sentence;
        }
    }

    private ForeignWeights() {}

    /**
     * The form of weights that a checkpoint has instead of a known one, and what to do, as a sentence.
     *
     * @param names of its files
     */
    public static Optional<String> form(Collection<String> names) {
        for (Form form : Form.values()) {
            for (String name : new TreeSet<>(names)) {
                if (form.matches.test(name.toLowerCase(Locale.ROOT))) {
                    return Optional.of(name + " " + form.sentence + ".");
                }
            }
        }
        return Optional.empty();
    }

    /**
     * What a checkpoint without known weights has instead, and what to do.
     *
     * @param names of its files
     */
    public static String explain(Collection<String> names) {
        List<String> torchHub = WeightFiles.torchHubNames(names);
        if (torchHub.size() > 1) {
            return "It holds " + torchHub.size() + " .pth files (" + shown(torchHub)
                    + "), and nothing says which of them is the model. Give a copy of the checkpoint with that one alone.";
        }
        String beside = torchHub.isEmpty()
                ? ""
                : " If the model is in its " + torchHub.get(0)
                        + ", give a copy of the checkpoint with that file as its only weights.";
        return form(names).map(form -> form + beside).orElseGet(() -> listed(names));
    }

    private static String listed(Collection<String> names) {
        return names.isEmpty()
                ? "Give a folder in the Hugging Face layout."
                : "It holds " + shown(new TreeSet<>(names)) + ". Give a folder in the Hugging Face layout.";
    }

    private static String shown(Collection<String> names) {
        String more = names.size() > SHOWN ? " and " + (names.size() - SHOWN) + " more" : "";
        return names.stream().limit(SHOWN).collect(Collectors.joining(", ")) + more;
    }
}
