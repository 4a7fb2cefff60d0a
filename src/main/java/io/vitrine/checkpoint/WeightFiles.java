package io.vitrine.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import io.vitrine.ModelException;
import io.vitrine.VitrineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The files of a checkpoint's weights: a single file, or an index and the shards it names.
 *
 * @param index the index, if there are shards
 * @param files in the order of their names
 */
public record WeightFiles(Format format, Optional<Path> index, List<Path> files) {
    private static final Pattern TORCH_HUB =
            Pattern.compile("(?!\\.|rng_state|(?:optimizer|scheduler|scaler)[._-])[^/\\\\\\p{Cntrl}]+\\.pth");

    /** The formats in order of preference. */
    public enum Format {
        SAFETENSORS("model.safetensors"),
        /** A pickle in a zip. */
        PYTORCH("pytorch_model.bin"),
        /** MessagePack. */
        FLAX("flax_model.msgpack");

        private final String single;

        Format(String single) {
            this.single = single;
        }

        /** The name of the file that holds all weights. */
        public String single() {
            return single;
        }

        String indexName() {
            return single + ".index.json";
        }
    }

    /** The names that weights have by convention, whole or as an index, in order of preference. */
    public static List<String> knownNames() {
        List<String> names = new ArrayList<>();
        for (Format format : Format.values()) {
            names.add(format.single);
            names.add(format.indexName());
        }
        return names;
    }

    /**
     * The name of the file to read first: the weights themselves, or an index of shards. Where none of the known names is there,
     * a single {@code .pth} file of any name counts, as torch.hub stores it, if there is no other form of weights either, which it may
     * belong to (an adapter, TensorFlow's). Empty if there are no weights.
     *
     * @param exists whether the checkpoint has a file of that name
     * @param names of all its files; asked for only if none of the known names is there
     */
    public static Optional<String> preferred(Predicate<String> exists, Supplier<? extends Collection<String>> names) {
        for (String name : knownNames()) {
            if (exists.test(name)) {
                return Optional.of(name);
            }
        }
        Collection<String> all = names.get();
        List<String> unnamed = torchHubNames(all);
        List<String> notExported =
                all.stream().filter(name -> !name.endsWith(".onnx")).toList(); // an export is made of the weights
        return unnamed.size() == 1 && ForeignWeights.form(notExported).isEmpty()
                ? Optional.of(unnamed.get(0))
                : Optional.empty();
    }

    /**
     * Those of {@code names} that may be weights as torch.hub stores them, sorted. Hidden files, files in subfolders and the states
     * of training (random numbers, optimizer, scheduler, scaler) are none.
     */
    static List<String> torchHubNames(Collection<String> names) {
        return names.stream()
                .filter(name -> TORCH_HUB.matcher(name).matches())
                .sorted()
                .toList();
    }

    /**
     * Finds the weights of {@code folder}, by the rule of {@link #preferred}.
     *
     * @throws VitrineException if there are none, or the index is damaged, or it names a file that is missing or outside
     *     {@code folder}
     */
    public static WeightFiles find(Path folder) {
        String first = preferred(name -> Files.isRegularFile(folder.resolve(name)), () -> fileNames(folder))
                .orElseThrow(() -> new ModelException("No weights in " + folder + ": none of " + known() + " is there. "
                        + ForeignWeights.explain(LocalFiles.names(folder))));
        Path file = folder.resolve(first);
        for (Format format : Format.values()) {
            if (first.equals(format.single)) {
                return new WeightFiles(format, Optional.empty(), List.of(file));
            }
            if (first.equals(format.indexName())) {
                return new WeightFiles(format, Optional.of(file), shards(folder, file));
            }
        }
        return new WeightFiles(Format.PYTORCH, Optional.empty(), List.of(file)); // torch.hub's
    }

    private static List<String> fileNames(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .toList();
        } catch (IOException e) {
            return List.of(); // the missing names are the message
        }
    }

    private static String known() {
        return String.join(", ", knownNames()) + ", a single .pth file";
    }

    /** All files, index included. */
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
                        + " does not exist. Copy every shard to the index's folder.");
            }
            requireInside(folder, shard, index);
            shards.add(shard);
        }
        return shards;
    }

    /**
     * The names of the shards in an index.
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
                        + "', which is not a plain file name. Do not use this checkpoint.");
            }
        }
        return names;
    }

    /** Links may lead within the folder, or from a snapshot in the Hub's cache to its blobs. */
    private static void requireInside(Path folder, Path shard, Path index) {
        try {
            Path real = shard.toRealPath();
            Path home = folder.toRealPath();
            Path blobs = home.resolve("../../blobs").normalize();
            if (!real.startsWith(home) && !real.startsWith(blobs)) {
                throw new ModelException(
                        "Weight index " + index + " names the shard " + shard.getFileName() + ", which is a link to "
                                + real + ", outside the checkpoint. Replace the link by the file itself.");
            }
        } catch (IOException e) {
            throw LocalFileErrors.of("read the shard", shard, e);
        }
    }
}
