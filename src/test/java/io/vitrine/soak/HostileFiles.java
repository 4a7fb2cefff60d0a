package io.vitrine.soak;

import static io.vitrine.soak.HostileCheckpoint.CONFIG;
import static io.vitrine.soak.HostileCheckpoint.PREPROCESSOR;
import static io.vitrine.soak.HostileCheckpoint.WEIGHTS;
import static io.vitrine.soak.HostileCheckpoint.ascii;
import static io.vitrine.soak.HostileCheckpoint.joined;
import static io.vitrine.soak.HostileCheckpoint.refused;
import static io.vitrine.soak.HostileCheckpoint.weights;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Links, pipes and devices instead of files, indexes that point elsewhere, and Flax files that lie. */
final class HostileFiles {
    private static final String INDEX = "model.safetensors.index.json";

    private HostileFiles() {}

    static List<HostileCheckpoint> all() {
        return Stream.of(special(), indexes(), flax()).flatMap(List::stream).toList();
    }

    private static List<HostileCheckpoint> special() {
        return List.of(
                link("a config that is /dev/zero", CONFIG, "/dev/zero"),
                link("a config that links to itself", CONFIG, CONFIG),
                link("a config that links to a folder", CONFIG, "/"),
                link("a config that links to a file of users", CONFIG, "/etc/passwd"),
                link("weights that are /dev/zero", WEIGHTS, "/dev/zero"),
                link("weights that link to a file of users", WEIGHTS, "/etc/passwd"),
                link("preprocessing that is /dev/zero", PREPROCESSOR, "/dev/zero"),
                pipe("a config that is a pipe", CONFIG),
                pipe("preprocessing that is a pipe", PREPROCESSOR),
                pipe("weights that are a pipe", WEIGHTS));
    }

    private static List<HostileCheckpoint> indexes() {
        return List.of(
                index("a shard at ../..", INDEX, "../../../../../../etc/passwd"),
                index("a shard at /etc", INDEX, "/etc/passwd"),
                index("a PyTorch shard at ..", "pytorch_model.bin.index.json", "../x.bin"),
                index("a shard without a name", INDEX, ""),
                index("a shard called ..", INDEX, ".."),
                index("a shard with a zero byte", INDEX, "x\\u0000.safetensors"),
                refused("a shard that links to a file of users", folder -> {
                    index("", INDEX, "x.safetensors").writer().write(folder);
                    Files.createSymbolicLink(folder.resolve("x.safetensors"), Path.of("/etc/passwd"));
                }),
                refused("a million shards", folder -> weights(
                                INDEX,
                                ascii(IntStream.range(0, 1_000_000)
                                        .mapToObj(i -> "\"" + i + "\":\"x" + i + "\"")
                                        .collect(Collectors.joining(",", "{\"weight_map\":{", "}}"))))
                        .write(folder)));
    }

    private static List<HostileCheckpoint> flax() {
        byte[] deep = new byte[300_000];
        for (int i = 0; i < deep.length; i += 3) {
            deep[i] = (byte) 0x81;
            deep[i + 1] = (byte) 0xa1;
            deep[i + 2] = 'a';
        }
        byte[] names = new byte[1 << 20];
        Arrays.fill(names, (byte) 'x');
        return List.of(
                flax("a map of 2^32 entries", ascii("\u00df\u00ff\u00ff\u00ff\u00ff")),
                flax("maps nested 100,000 deep", deep),
                flax("a text of 4 GB", ascii("\u0081\u00db\u00ff\u00ff\u00ff\u00ff")),
                flax("a name of 1 MB", joined(ascii("\u0081\u00db\0\u0010\0\0"), names)),
                flax("an extension of 4 GB", ascii("\u0081\u00a1a\u00c9\u00ff\u00ff\u00ff\u00ff\1")),
                flax(
                        "an array of 4 GB",
                        ascii(
                                "\u0081\u00a1a\u00c7\40\1\u0093\u0091\u00ce\u00ff\u00ff\u00ff\u00ff\u00a7float32\u00c6\u00ff\u00ff\u00ff\u00ff")),
                flax("no Flax", new byte[0]),
                flax("a number instead of a map", ascii("*")));
    }

    private static HostileCheckpoint flax(String name, byte[] content) {
        return refused(name, weights("flax_model.msgpack", content));
    }

    private static HostileCheckpoint index(String name, String file, String shard) {
        return refused(name, weights(file, ascii("{\"weight_map\":{\"a\":\"" + shard + "\"}}")));
    }

    private static HostileCheckpoint link(String name, String file, String target) {
        return refused(name, folder -> {
            Files.delete(folder.resolve(file));
            Files.createSymbolicLink(folder.resolve(file), Path.of(target));
        });
    }

    private static HostileCheckpoint pipe(String name, String file) {
        return refused(name, folder -> {
            Files.delete(folder.resolve(file));
            makePipe(folder.resolve(file));
        });
    }

    private static void makePipe(Path file) throws IOException {
        try {
            if (new ProcessBuilder("mkfifo", file.toString())
                            .inheritIO()
                            .start()
                            .waitFor()
                    != 0) {
                throw new IOException("mkfifo " + file);
            }
        } catch (InterruptedException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }
}
