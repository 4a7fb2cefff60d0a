package io.vitrine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vitrine.image.Pictures;
import io.vitrine.spark.SparkLine;
import io.vitrine.testkit.DemoCheckpoint;
import io.vitrine.testkit.JvmOptions;
import io.vitrine.testkit.ObjectStore;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Builds the file tree of the container image without Docker and runs the job from it: Spark's jars from Maven are the base image,
 * and the lines of the Dockerfile add the rest.
 */
final class ImageTreeIT {
    private static final Path DOCKERFILE = Path.of("deploy/images/Dockerfile");
    private static final Pattern COPY = Pattern.compile("(?m)^COPY (\\S+) (\\S+)$");
    private static final Pattern ENV = Pattern.compile("(?m)^ENV (.*)$");
    private static final Pattern CONNECTOR = Pattern.compile("includeArtifactIds=(\\S+)");

    @TempDir
    private Path folder;

    private Path root;

    @Test
    void theCudaImageHoldsEverythingOfTheOther() throws IOException {
        String cpu = Files.readString(DOCKERFILE);
        String cuda = Files.readString(Path.of("deploy/images/Dockerfile.cuda"));
        assertThat(copies(cuda)).containsAll(copies(cpu));
        assertThat(environment(cuda)).containsAllEntriesOf(environment(cpu));
    }

    @Test
    void theJobRunsFromTheFilesOfTheImage() throws IOException, InterruptedException {
        assumeTrue(SparkLine.ofThisBuild().spark().equals("3.5"), "the image has Spark 3.5");
        String dockerfile = Files.readString(DOCKERFILE);
        root = folder.resolve("root");
        List<Path> connector = linkBase(dockerfile);
        for (List<String> copy : copies(dockerfile)) {
            copy(copy.get(0), copy.get(1), connector);
        }
        try (ObjectStore store = ObjectStore.start(folder.resolve("s3"), "image-photos", "image-features")) {
            store.put("s3a://image-photos/a.png", Pictures.drawn("png", 40, 30, 1));
            Path log = folder.resolve("log");
            Process job = submission(store, environment(dockerfile))
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            boolean ended = job.waitFor(120, TimeUnit.SECONDS);
            job.destroyForcibly();
            assertThat(ended && job.exitValue() == 0).as(Files.readString(log)).isTrue();
            assertThat(Files.readString(log)).contains("1 image: 1 ok");
            assertThat(folder.resolve("djl/pytorch")).doesNotExist(); // ONNX Runtime unpacks no second engine
        }
    }

    /** Extracts from one whole bucket to another, started as the entry point of the image starts a driver. */
    private ProcessBuilder submission(ObjectStore store, Map<String, String> environment) {
        List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java"));
        command.add(JvmOptions.OF_SPARK);
        command.addAll(List.of("-cp", root + "/opt/spark/jars/*", "org.apache.spark.deploy.SparkSubmit"));
        command.addAll(List.of("--master", "local[1]", "--class", "io.vitrine.Vitrine"));
        store.settings()
                .forEach((name, value) -> command.addAll(List.of("--conf", "spark.hadoop." + name + "=" + value)));
        command.addAll(List.of(root + "/opt/vitrine/vitrine.jar", "extract", "--model", DemoCheckpoint.location()));
        command.addAll(List.of("--input", "s3a://image-photos", "--output", "s3a://image-features"));
        command.addAll(List.of("--engine", "onnxruntime"));
        ProcessBuilder builder = new ProcessBuilder(command).directory(root.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("SPARK_") || name.equals("CLASSPATH"));
        builder.environment().putAll(environment);
        builder.environment().put("DJL_CACHE_DIR", folder.resolve("djl").toString());
        return builder;
    }

    /** Links Spark's jars except those that, by the Dockerfile, the base image lacks, and returns these. */
    private List<Path> linkBase(String dockerfile) throws IOException {
        Matcher named = CONNECTOR.matcher(dockerfile);
        assertThat(named.find()).isTrue();
        List<String> artifacts = Arrays.asList(named.group(1).split(","));
        List<Path> connector = new ArrayList<>();
        Path jars = Files.createDirectories(root.resolve("opt/spark/jars"));
        for (String entry : Files.readString(SparkLine.ofThisBuild().classPathFile(Path.of("")))
                .trim()
                .split(File.pathSeparator)) {
            Path jar = Path.of(entry);
            String name = jar.getFileName().toString();
            if (artifacts.stream().anyMatch(artifact -> name.matches(Pattern.quote(artifact) + "-[0-9].*\\.jar"))) {
                connector.add(jar);
            } else {
                Files.createSymbolicLink(jars.resolve(name), jar);
            }
        }
        assertThat(connector).hasSameSizeAs(artifacts);
        return connector;
    }

    private void copy(String from, String to, List<Path> connector) throws IOException {
        Path target = root.resolve(to.substring(1));
        if (from.startsWith("target/cloud/")) { // a comment of the Dockerfile fetches them with Maven
            for (Path jar : connector) {
                Files.createSymbolicLink(target.resolve(jar.getFileName()), jar);
            }
        } else if (Files.isDirectory(Path.of(from))) {
            Files.createDirectories(target);
            try (Stream<Path> files = Files.list(Path.of(from))) {
                for (Path file : files.toList()) {
                    Files.copy(file, target.resolve(file.getFileName()));
                }
            }
        } else {
            Files.createDirectories(target.getParent());
            Files.createSymbolicLink(target, Path.of(from).toAbsolutePath());
        }
    }

    private static List<List<String>> copies(String dockerfile) {
        List<List<String>> copies = new ArrayList<>();
        Matcher copy = COPY.matcher(dockerfile);
        while (copy.find()) {
            copies.add(List.of(copy.group(1), copy.group(2)));
        }
        assertThat(copies).hasSize(3);
        return copies;
    }

    private static Map<String, String> environment(String dockerfile) {
        Map<String, String> environment = new TreeMap<>();
        Matcher line = ENV.matcher(dockerfile);
        while (line.find()) {
            for (String pair : line.group(1).split(" ")) {
                environment.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
            }
        }
        return environment;
    }
}
