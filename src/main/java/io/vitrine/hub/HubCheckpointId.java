package io.vitrine.hub;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A checkpoint on the Hub.
 *
 * @param repository {@code organisation/name}
 * @param revision a branch, tag or commit
 */
public record HubCheckpointId(String repository, String revision) {
    static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

    private static final String SCHEMES = "hf[-_]hub:"; // as timm's users write names

    private static final Pattern FORM = Pattern.compile("(?:" + SCHEMES
            + ")?([A-Za-z0-9][A-Za-z0-9._-]*/[A-Za-z0-9][A-Za-z0-9._-]*)(?:@([A-Za-z0-9][A-Za-z0-9._/-]*))?");

    /** Whether {@code text} says by its scheme that it names a checkpoint on the Hub, and no folder. */
    static boolean hasScheme(String text) {
        return text.matches(SCHEMES + ".*");
    }

    /**
     * Reads {@code organisation/name} or {@code organisation/name@revision}, with or without {@code hf-hub:} before it; empty for
     * anything else.
     */
    public static Optional<HubCheckpointId> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches() || text.contains("..")) {
            return Optional.empty();
        }
        return Optional.of(new HubCheckpointId(matcher.group(1), matcher.group(2) == null ? "main" : matcher.group(2)));
    }

    /** The same repository at another revision. */
    HubCheckpointId at(String revision) {
        return new HubCheckpointId(repository, revision);
    }

    boolean isCommit() {
        return COMMIT.matcher(revision).matches();
    }

    @Override
    public String toString() {
        return repository + "@" + revision;
    }
}
