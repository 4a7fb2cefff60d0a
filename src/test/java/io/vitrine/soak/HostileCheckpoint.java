package io.vitrine.soak;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vitrine.testkit.DemoCheckpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A checkpoint folder that was made to do harm, or that a program may take for one.
 *
 * @param writer changes a folder that holds the config and the preprocessing of the demo, and its weights as {@code model.safetensors}
 * @param outcome what reading it should lead to
 */
record HostileCheckpoint(String name, Writer writer, Outcome outcome) {
    /** What reading a checkpoint leads to. */
    enum Outcome {
        /** One message that names the checkpoint. */
        REFUSED,
        /** The checkpoint works, and whatever is odd about it has no effect. */
        HARMLESS
    }

    /** Changes a checkpoint's folder. */
    interface Writer {
        void write(Path folder) throws IOException;
    }

    static final String CONFIG = "config.json";
    static final String PREPROCESSOR = "preprocessor_config.json";
    static final String WEIGHTS = "model.safetensors";

    private static final ObjectMapper JSON = new ObjectMapper();

    static List<HostileCheckpoint> all() {
        return Stream.of(HostileConfigs.all(), HostileSafetensors.all(), HostilePickles.all(), HostileFiles.all())
                .flatMap(List::stream)
                .toList();
    }

    /** Writes the folder into {@code parent}. */
    Path write(Path parent) throws IOException {
        Path folder = Files.createDirectory(parent.resolve("checkpoint"));
        for (String file : List.of(CONFIG, PREPROCESSOR, WEIGHTS)) {
            Files.copy(DemoCheckpoint.FOLDER.resolve(file), folder.resolve(file));
        }
        writer.write(folder);
        return folder;
    }

    static HostileCheckpoint refused(String name, Writer writer) {
        return new HostileCheckpoint(name, writer, Outcome.REFUSED);
    }

    static HostileCheckpoint harmless(String name, Writer writer) {
        return new HostileCheckpoint(name, writer, Outcome.HARMLESS);
    }

    /** A checkpoint whose {@code file} holds {@code text}. */
    static HostileCheckpoint text(String name, String file, String text) {
        return refused(name, folder -> Files.writeString(folder.resolve(file), text));
    }

    /** A checkpoint in whose {@code file} one key has another value, given as JSON. */
    static Writer key(String file, String key, String json) {
        return folder -> {
            ObjectNode node = (ObjectNode) JSON.readTree(folder.resolve(file).toFile());
            node.remove(key);
            String text = JSON.writeValueAsString(node);
            Files.writeString(
                    folder.resolve(file), text.substring(0, text.length() - 1) + ",\"" + key + "\":" + json + "}");
        };
    }

    /** A checkpoint whose only weights are {@code file}. */
    static Writer weights(String file, byte[] content) {
        return folder -> {
            Files.delete(folder.resolve(WEIGHTS));
            Files.write(folder.resolve(file), content);
        };
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static byte[] joined(byte[]... parts) {
        List<byte[]> all = new ArrayList<>(List.of(parts));
        byte[] joined = new byte[all.stream().mapToInt(part -> part.length).sum()];
        int at = 0;
        for (byte[] part : all) {
            System.arraycopy(part, 0, joined, at, part.length);
            at += part.length;
        }
        return joined;
    }

    @Override
    public String toString() {
        return name;
    }
}
