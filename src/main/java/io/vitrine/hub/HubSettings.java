package io.vitrine.hub;

import io.vitrine.ConfigurationException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How to reach the Hub and where to keep its files, from the environment variables of Python's huggingface_hub.
 *
 * @param endpoint {@code HF_ENDPOINT}, without a slash at its end
 * @param token {@code HF_TOKEN}, or the token of {@code huggingface-cli login} in {@code HF_HOME/token}
 * @param cache {@code HF_HUB_CACHE}, or {@code HF_HOME/hub}, or {@code ~/.cache/huggingface/hub}
 * @param offline {@code HF_HUB_OFFLINE}: use the cache only
 */
public record HubSettings(URI endpoint, Optional<String> token, Path cache, boolean offline) {
    /** What an executor needs to fetch the driver's checkpoint, except the token. */
    private static final List<String> VARIABLES =
            List.of("HF_ENDPOINT", "HF_HOME", "HF_HUB_CACHE", "XDG_CACHE_HOME", "HF_HUB_OFFLINE");

    /** The variables of {@code environment} that an executor needs. Its token is a {@link HubToken}. */
    public static Map<String, String> forExecutors(Map<String, String> environment) {
        Map<String, String> variables = new TreeMap<>();
        VARIABLES.forEach(name -> set(environment, name).ifPresent(value -> variables.put(name, value)));
        return variables;
    }

    /** These settings, with {@code other} if they have no token. */
    HubSettings orToken(HubToken other) {
        return new HubSettings(endpoint, token.or(other::value), cache, offline);
    }

    /**
     * The settings in {@code environment}.
     *
     * @throws ConfigurationException if the endpoint is not an HTTP address, or the token cannot be sent in a header
     */
    public static HubSettings of(Map<String, String> environment) {
        Path home = home(environment);
        Path cache = set(environment, "HF_HUB_CACHE").map(HubSettings::path).orElse(home.resolve("hub"));
        return new HubSettings(endpoint(environment), token(environment, home), cache, offline(environment));
    }

    private static Path home(Map<String, String> environment) {
        Path caches = set(environment, "XDG_CACHE_HOME").map(HubSettings::path).orElse(path("~/.cache"));
        return set(environment, "HF_HOME").map(HubSettings::path).orElse(caches.resolve("huggingface"));
    }

    private static URI endpoint(Map<String, String> environment) {
        String text = set(environment, "HF_ENDPOINT").orElse("https://huggingface.co");
        if (!text.matches("https?://[A-Za-z0-9.:\\[\\]_-]+(/[A-Za-z0-9._~/-]*)?")) {
            throw new ConfigurationException("HF_ENDPOINT is '" + text
                    + "', but must be an address without credentials, such as https://huggingface.co");
        }
        return URI.create(text.replaceAll("/+$", ""));
    }

    private static Optional<String> token(Map<String, String> environment, Path home) {
        Optional<String> token = tokenText(environment, home);
        if (token.isPresent() && !token.get().matches("[!-~]+")) { // the error of a header would show it
            throw new ConfigurationException("The Hub's token (HF_TOKEN, or the file 'token' in " + home
                    + ") holds a space, a line break or a letter that is not ASCII. Copy it again.");
        }
        return token;
    }

    private static Optional<String> tokenText(Map<String, String> environment, Path home) {
        Optional<String> given = set(environment, "HF_TOKEN");
        Path file = set(environment, "HF_TOKEN_PATH").map(HubSettings::path).orElse(home.resolve("token"));
        if (given.isPresent() || !Files.isReadable(file)) {
            return given;
        }
        try {
            return Optional.of(Files.readString(file).strip()).filter(token -> !token.isEmpty());
        } catch (IOException e) {
            throw new ConfigurationException("Cannot read the Hub's token in " + file + ": " + e, e);
        }
    }

    private static boolean offline(Map<String, String> environment) {
        return set(environment, "HF_HUB_OFFLINE")
                .map(value -> List.of("1", "ON", "YES", "TRUE").contains(value.toUpperCase(Locale.ROOT)))
                .orElse(false);
    }

    private static Optional<String> set(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).map(String::strip).filter(value -> !value.isEmpty());
    }

    private static Path path(String text) {
        return Path.of(
                text.equals("~") || text.startsWith("~/") ? System.getProperty("user.home") + text.substring(1) : text);
    }

    /** Without the token. */
    @Override
    public String toString() {
        return endpoint + (token.isPresent() ? " with a token" : "") + ", cache " + cache
                + (offline ? ", offline" : "");
    }
}
