package io.vitrine.search.page;

import io.vitrine.RejectionReason;
import io.vitrine.StorageException;
import io.vitrine.catalog.ImageRef;
import io.vitrine.catalog.ImageSource;
import io.vitrine.catalog.MemberFinder;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Where the bytes of images are, whose paths are known. Each archive is read once, or looked up in what runs have kept.
 *
 * @param end the {@link System#nanoTime} at which it gives up
 */
record MemberPlaces(MemberFinder finder, long end) {
    private static final Pattern FULL = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:/");

    /** The images of different paths. One whose path does not say where its bytes are is not looked for elsewhere. */
    List<ImageRef> refs(List<String> paths) {
        Map<String, Set<String>> archives = new LinkedHashMap<>();
        Map<String, ImageRef> refs = new LinkedHashMap<>();
        for (String path : paths) {
            if (!FULL.matcher(path).lookingAt()) {
                refs.put(path, unavailable(path, "it came from a cell of a table, which pages do not open"));
            } else if (ImageSource.at(path) == ImageSource.StoredObject.INSTANCE && ImageRef.isMember(path)) {
                archives.computeIfAbsent(MemberFinder.archive(path), archive -> new LinkedHashSet<>())
                        .add(path);
            } else {
                refs.put(path, ImageRef.unlisted(path));
            }
        }
        archives.forEach((archive, members) -> refs.putAll(members(archive, members)));
        return List.copyOf(refs.values());
    }

    private Map<String, ImageRef> members(String archive, Set<String> members) {
        Duration left = Duration.ofNanos(end - System.nanoTime());
        try {
            return left.toMillis() > 0 ? finder.find(archive, members, left) : late(archive, members);
        } catch (SocketTimeoutException e) {
            return late(archive, members);
        } catch (IOException | StorageException e) {
            return all(members, path -> unavailable(path, RejectionReason.UNREADABLE, e.getMessage()));
        }
    }

    private static Map<String, ImageRef> late(String archive, Set<String> members) {
        String message = "finding the members of " + archive + " took too long";
        return all(members, path -> unavailable(path, RejectionReason.TIMED_OUT, message));
    }

    private static Map<String, ImageRef> all(Set<String> members, Function<String, ImageRef> ref) {
        Map<String, ImageRef> refs = new HashMap<>();
        members.forEach(path -> refs.put(path, ref.apply(path)));
        return refs;
    }

    private static ImageRef unavailable(String path, String message) {
        return unavailable(path, RejectionReason.UNSUPPORTED, message);
    }

    private static ImageRef unavailable(String path, RejectionReason reason, String message) {
        return new ImageRef(path, 0, 0, null, new ImageSource.Unavailable(reason, message));
    }
}
