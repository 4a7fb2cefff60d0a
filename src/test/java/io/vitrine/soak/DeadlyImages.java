package io.vitrine.soak;

import io.vitrine.dev.sandbox.Submission;
import io.vitrine.image.Pictures;
import io.vitrine.testkit.DeadlyPicture;
import io.vitrine.testkit.DemoCheckpoint;
import io.vitrine.testkit.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A folder of good pictures and of pictures that kill or hang their decoder, and a run on it. */
final class DeadlyImages {
    static final int GOOD = 10;

    private static final String NO_CORE = "-XX:-CreateCoredumpOnCrash -XX:ErrorFile=/dev/null";

    private final Path folder;
    private final Path output;

    /** @param folder an empty folder */
    DeadlyImages(Path folder) throws IOException {
        this.folder = folder;
        this.output = folder.resolve("features");
        Files.createDirectories(folder.resolve("photos"));
        for (int i = 0; i < GOOD; i++) {
            Files.write(folder.resolve("photos/" + i + ".png"), Pictures.drawn("png", 60, 40, i));
        }
    }

    /** Adds a picture that sorts after the first good ones. */
    void add(String name, DeadlyPicture picture) throws IOException {
        Files.write(folder.resolve("photos/" + name), picture.file());
    }

    Path output() {
        return output;
    }

    /** {@code submission} of this run, with the plugin that kills. */
    Submission complete(Submission submission) {
        return submission
                .with("--jars", DeadlyPicture.plugin(folder).toString())
                .with("--driver-java-options", NO_CORE)
                .with("--conf", "spark.executor.extraJavaOptions=" + NO_CORE)
                .with("--conf", "spark.vitrine.lease=3s")
                .with("--input", folder.resolve("photos").toString())
                .with("--output", output.toString())
                .with("--model", DemoCheckpoint.location());
    }

    /** Each picture's status, by file name. Requires that none has two rows. */
    Map<String, String> statuses() {
        Map<String, String> statuses = new TreeMap<>();
        for (Row row : rows()) {
            String name = row.<String>getAs("path").replaceFirst(".*/", "");
            String previous = statuses.put(name, row.getAs("status"));
            if (previous != null) {
                throw new AssertionError(name + " has two rows");
            }
        }
        return statuses;
    }

    /** The error of a picture's row. */
    String error(String name) {
        return rows().stream()
                .filter(row -> row.<String>getAs("path").endsWith("/" + name))
                .map(row -> row.<String>getAs("error"))
                .findFirst()
                .orElseThrow();
    }

    private List<Row> rows() {
        SparkSession spark = LocalSpark.session();
        try {
            return spark.read()
                    .parquet(output.toString())
                    .select("path", "status", "error")
                    .collectAsList();
        } finally {
            spark.stop();
        }
    }

    /** The decoding processes of this run, also those whose parent has ended. */
    List<ProcessHandle> decoders() {
        List<ProcessHandle> found = new ArrayList<>();
        ProcessHandle.allProcesses().forEach(process -> {
            String command = commandLine(process);
            if (command.contains("io.vitrine.image.isolate.ChildMain") && command.contains(folder.toString())) {
                found.add(process);
            }
        });
        return found;
    }

    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"));
        } catch (IOException e) {
            return "";
        }
    }
}
