package io.vitrine.hub;

import io.vitrine.checkpoint.SmallCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A checkpoint on a server that behaves like the Hub, and a user whose cache is empty. */
final class HubSetup implements AutoCloseable {
    static final HubCheckpointId ID = id("acme/vit-small");

    /** The default, without its pause. */
    private static final HubPace FAST = new HubPace(
            1,
            HubPace.DEFAULT.answer(),
            HubPace.DEFAULT.window(),
            HubPace.DEFAULT.leastBytes(),
            HubPace.DEFAULT.grace());

    private final Path home;
    private final Path source;
    private final FakeHub server;
    private final byte[] weights;

    /** @param folder an empty folder */
    HubSetup(Path folder) throws IOException {
        home = Files.createDirectory(folder.resolve("home"));
        source = Files.createDirectory(folder.resolve("source"));
        SmallCheckpoint.of("vit", Map.of()).write(source);
        weights = Files.readAllBytes(source.resolve("model.safetensors"));
        Files.writeString(source.resolve("pytorch_model.bin"), "never fetched");
        Files.writeString(source.resolve("README.md"), "never fetched");
        server = new FakeHub().serve("acme/vit-small", source);
    }

    static HubCheckpointId id(String text) {
        return HubCheckpointId.parse(text).orElseThrow();
    }

    /** The user's Hub, with variables of the environment and their values. */
    Hub hub(String... variables) {
        Map<String, String> environment = new HashMap<>();
        environment.put("HF_ENDPOINT", server.endpoint() + "/");
        environment.put("HF_HOME", home.toString());
        for (int i = 0; i < variables.length; i += 2) {
            environment.put(variables[i], variables[i + 1]);
        }
        return hub(HubSettings.of(environment));
    }

    /** Without pauses. */
    static Hub hub(HubSettings settings) {
        return new Hub(settings, FAST);
    }

    FakeHub server() {
        return server;
    }

    /** The user's {@code HF_HOME}. */
    Path home() {
        return home;
    }

    /** The checkpoint's files. */
    Path source() {
        return source;
    }

    /** The checkpoint's {@code model.safetensors}. */
    byte[] weights() {
        return weights;
    }

    /** The checkpoint's folder in the user's cache. */
    Path repository() {
        return home.resolve("hub/models--acme--vit-small");
    }

    /** Serves some of the checkpoint's files, beside those that are in {@code part}. */
    void serve(String repository, String... files) throws IOException {
        Path folder = part();
        for (String file : files) {
            Files.copy(source.resolve(file), folder.resolve(file));
        }
        server.serve(repository, folder);
    }

    Path part() throws IOException {
        return Files.createDirectories(source.resolve("part"));
    }

    @Override
    public void close() {
        server.close();
    }
}
