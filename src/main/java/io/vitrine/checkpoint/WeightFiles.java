package io.vitrine.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import io.vitrine.ModelException;
import io.vitrine.VitrineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The files that hold a checkpoint's weights: one, or the shards that an index names.
 *
 * @param index the index, if there are shards
 * @param files in the order of their names
 */
public record WeightFiles(Form form, Optional<Path> index, List<Path> files) {

    /** The formats, the preferred one first. */
    public enum Form {
        SAFETENSORS("model.safetensors"),
        /** A pickle in a zip. */
        PYTORCH("pytorch_model.bin"),
        /** MessagePack. */
        FLAX("flax_model.msgpack");

        private final String single;

        Form(String single) {
            this.single = single;
        }

        String indexName() {
            return single + ".index.json";
        }
    }

    /**
     * Which file to begin with: the weights themselves, or an index of shards.
     *
     * @param exists whether the checkpoint has a file of this name
     */
    public static Optional<String> first(Predicate<String> exists) {
        for (Form form : Form.values()) {
            for (String name : List.of(form.single, form.indexName())) {
                if (exists.test(name)) {
                    return Optional.of(name);
                }
            }
        }
        return Optional.empty();
    }

    /**
     * Finds the weights of {@code folder}.
     *
     * @throws VitrineException if there are none, or the index is damaged or names a file that is not there or lies outside
     */
    public static WeightFiles find(Path folder) {
        String first = first(name -> Files.isRegularFile(folder.resolve(name)))
                .orElseThrow(() -> new ModelException("No weights in " + folder + ": none of " + known()
                        + " is there. Give a folder in the Hugging Face layout."));
        Path file = folder.resolve(first);
        for (Form form : Form.values()) {
            if (first.equals(form.single)) {
                return new WeightFiles(form, Optional.empty(), List.of(file));
            }
            if (first.equals(form.indexName())) {
                return new WeightFiles(form, Optional.of(file), shards(folder, file));
            }
        }
        throw new IllegalStateException(first);
    }

    private static String known() {
        List<String> names = new ArrayList<>();
        for (Form form : Form.values()) {
            names.add(form.single);
            names.add(form.indexName());
        }
        return String.join(", ", names);
    }

    /** All the files, index included. */
    List<Path> all() {
        List<Path> all = new ArrayList<>();
        index.ifPresent(all::add);
        all.addAll(files);
        return all;
    }

    private static List<Path> shards(Path folder, Path index) {
        List<Path> shards = new ArrayList<>();
        for (String name : shardNames(index)) {
            Path shard = folder.resolve(name);
            if (!Files.isRegularFile(shard)) {
                throw new ModelException("Weight index " + index + " names the shard " + name + ", but " + shard
                        + " does not exist. Copy every shard beside the index.");
            }
            requireInside(folder, shard, index);
            shards.add(shard);
        }
        return shards;
    }

    /**
     * The shards that an index names.
     *
     * @throws VitrineException if it names none, or anything but plain file names
     */
    public static Set<String> shardNames(Path index) {
        JsonNode map = JsonFile.read(index).path("weight_map");
        Set<String> names = new TreeSet<>();
        map.forEach(name -> names.add(name.asText()));
        if (names.isEmpty()) {
            throw new ModelException("Weight index " + index + " has no weight_map. Save the checkpoint again.");
        }
        for (String name : names) {
            if (!name.matches("[A-Za-z0-9._-]+") || name.startsWith(".")) {
                throw new ModelException("Weight index " + index + " names the shard '" + name
                        + "', which is not a plain file name beside it. Do not use this checkpoint.");
            }
        }
        return names;
    }

    /** A link may lead within the folder, or from a snapshot of the Hub's cache to its blobs; nowhere else. */
    private static void requireInside(Path folder, Path shard, Path index) {
        try {
            Path real = shard.toRealPath();
            Path home = folder.toRealPath();
            Path blobs = home.resolve("../../blobs").normalize();
            if (!real.startsWith(home) && !real.startsWith(blobs)) {
                throw new ModelException("Weight index " + index + " names the shard " + shard.getFileName()
                        + ", which is a link to " + real + ", outside the checkpoint. Put the file itself there.");
            }
        } catch (IOException e) {
            throw new ModelException("Cannot read " + shard + ": " + e, e);
        }
    }
}
