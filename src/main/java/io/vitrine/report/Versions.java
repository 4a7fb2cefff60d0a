package io.vitrine.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.Map;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;

/** The versions of everything that makes the features, recorded when this jar was built. */
public final class Versions {
    private static final SortedMap<String, String> ALL = read();

    private Versions() {}

    /** Versions by name: vitrine, spark, djl, onnxruntime, pytorch, opencv, java. */
    public static Map<String, String> all() {
        return ALL;
    }

    /**
     * The version of one of them.
     *
     * @throws IllegalArgumentException for a name that is not in {@link #all}
     */
    public static String of(String name) {
        if (!ALL.containsKey(name)) {
            throw new IllegalArgumentException("No version of " + name + ", only of " + ALL.keySet());
        }
        return ALL.get(name);
    }

    private static SortedMap<String, String> read() {
        Properties properties = new Properties();
        try (InputStream in = Versions.class.getResourceAsStream("/vitrine.properties")) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        SortedMap<String, String> versions = new TreeMap<>();
        properties.forEach((name, version) -> versions.put((String) name, (String) version));
        versions.put("java", System.getProperty("java.vm.vendor") + " " + Runtime.version());
        return Collections.unmodifiableSortedMap(versions);
    }
}
