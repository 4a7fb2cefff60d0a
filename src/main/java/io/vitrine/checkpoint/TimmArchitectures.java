package io.vitrine.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vitrine.ModelException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.Comparator;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/** The architectures of timm that are ViTs, by name: timm keeps their dimensions in its code, not in config.json. */
final class TimmArchitectures {
    private static final String TABLE = "timm-architectures.json";
    private static final SortedMap<String, Known> ALL = read();

    /** timm's class of a model. */
    enum Kind {
        /** {@code VisionTransformer}. */
        VIT,
        /** {@code VisionTransformerDistilled}. */
        DISTILLED,
        /** {@code Eva}. */
        EVA
    }

    /**
     * What a name stands for.
     *
     * @param arguments by timm's names; {@code norm_eps} is the epsilon of {@code norm_layer}, {@code embed_norm} whether there
     *     is an {@code embed_norm_layer}
     * @param imageSize the sides of its images in pixels, unless config.json says otherwise
     */
    record Known(Kind kind, ObjectNode arguments, int imageSize) {}

    private TimmArchitectures() {}

    /**
     * The architecture of that name. A tag behind a dot is not part of it.
     *
     * @param file named in errors
     * @throws ModelException naming the nearest architecture, if this one is unknown
     */
    static Known of(String name, Object file) {
        int dot = name.indexOf('.');
        String plain = dot < 0 ? name : name.substring(0, dot);
        Known known = ALL.get(plain);
        if (known == null) {
            throw new ModelException("architecture is '" + name + "' in " + file
                    + ", which is none of the ViTs of timm that are known here ("
                    + ALL.size() + " names); the nearest name is '" + nearest(plain)
                    + "'. model_args alone do not suffice: they change an architecture, they do not describe one.");
        }
        return new Known(known.kind(), known.arguments().deepCopy(), known.imageSize());
    }

    private static String nearest(String name) {
        return ALL.keySet().stream()
                .min(Comparator.comparingInt(known -> distance(known, name)))
                .orElseThrow();
    }

    /** The number of characters to insert, delete or replace. */
    private static int distance(String a, String b) {
        int length = Math.min(b.length(), 100); // names come from untrusted files
        int[] previous = new int[length + 1];
        for (int j = 0; j <= length; j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[length + 1];
            row[0] = i;
            for (int j = 1; j <= length; j++) {
                int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, 1 + Math.min(previous[j], row[j - 1]));
            }
            previous = row;
        }
        return previous[length];
    }

    private static SortedMap<String, Known> read() {
        SortedMap<String, Known> all = new TreeMap<>();
        try (InputStream in = TimmArchitectures.class.getResourceAsStream(TABLE)) {
            for (JsonNode entry : new ObjectMapper().readTree(in).path("architectures")) {
                Kind kind = Kind.valueOf(entry.path("class").asText().toUpperCase(Locale.ROOT));
                ObjectNode arguments = (ObjectNode) entry.path("args");
                entry.path("names")
                        .properties()
                        .forEach(name -> all.put(
                                name.getKey(),
                                new Known(kind, arguments, name.getValue().asInt())));
            }
        } catch (IOException e) {
            throw new IllegalStateException(TABLE, e); // it is part of the program
        }
        return Collections.unmodifiableSortedMap(all);
    }
}
