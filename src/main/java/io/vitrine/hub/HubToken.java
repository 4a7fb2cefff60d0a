package io.vitrine.hub;

import java.io.Serializable;
import java.util.Map;
import java.util.Optional;

/**
 * The driver's token of the Hub, for executors that download a gated checkpoint themselves. It travels with the tasks, over Spark's own
 * connections, and not in Spark's settings: those are shown in the web UI, the event log and, on Kubernetes, in the pod. An
 * executor's own token goes first.
 */
public final class HubToken implements Serializable {
    private static final long serialVersionUID = 1;

    /** No token. */
    public static final HubToken NONE = new HubToken("");

    private final String value;

    private HubToken(String value) {
        this.value = value;
    }

    /**
     * The token in {@code environment} if executors need it: if {@code location} is a name on the Hub.
     *
     * @param location of a checkpoint, as {@link CheckpointFetcher.Local} has it
     */
    public static HubToken forExecutors(String location, Map<String, String> environment) {
        if (HubCheckpointId.parse(location).isEmpty()) {
            return NONE;
        }
        return HubSettings.of(environment).token().map(HubToken::new).orElse(NONE);
    }

    Optional<String> value() {
        return Optional.of(value).filter(text -> !text.isEmpty());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HubToken token && token.value.equals(value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    /** Without the token. */
    @Override
    public String toString() {
        return value.isEmpty() ? "no token" : "a token";
    }
}
