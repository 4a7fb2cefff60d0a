package io.vitrine.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** The versions of what makes the features, as this jar was built. */
public final class Versions {
    private Versions() {}

    /** Version by name: vitrine, spark, djl, onnxruntime, pytorch, opencv, java. */
    public static Map<String, String> all() {
        Properties properties = new Properties();
        try (InputStream in = Versions.class.getResourceAsStream("/vitrine.properties")) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, String> versions = new TreeMap<>();
        properties.forEach((name, version) -> versions.put((String) name, (String) version));
        versions.put("java", System.getProperty("java.vm.vendor") + " " + Runtime.version());
        return versions;
    }
}
