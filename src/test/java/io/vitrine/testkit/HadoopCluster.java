package io.vitrine.testkit;

import io.vitrine.dev.sandbox.Submission;
import io.vitrine.spark.SparkLine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

/**
 * HDFS and YARN on this machine, from Hadoop's jars, and a Spark that submits to them. {@link #close} ends every process, containers
 * included.
 */
public final class HadoopCluster implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofMinutes(3);
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    private final Path folder;
    private final Path home;
    private final Process daemons;

    private HadoopCluster(Path folder, Path home, Process daemons) {
        this.folder = folder;
        this.home = home;
        this.daemons = daemons;
    }

    /** @param folder an empty folder for the cluster's files, its logs and Spark */
    public static HadoopCluster start(Path folder) throws IOException {
        Path home = SparkHome.create(folder.resolve("spark"));
        Files.createSymbolicLink(
                home.resolve("jars/spark-yarn.jar"),
                SparkLine.ofThisBuild()
                        .classPathFile(Path.of("").toAbsolutePath())
                        .resolveSibling("yarn/spark-yarn.jar"));
        writeSubmitScript(home);
        List<String> command = new ArrayList<>(List.of(JAVA, JvmOptions.OF_SPARK));
        command.addAll(List.of("-Xmx512m", "-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(HadoopDaemons.class.getName(), folder.toString()));
        Process daemons = new ProcessBuilder(command)
                .directory(folder.toFile()) // they write into target/ of where they run
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("daemons.log").toFile())
                .start();
        HadoopCluster cluster = new HadoopCluster(folder, home, daemons);
        try {
            cluster.takeSettings();
        } catch (AssertionError | IOException e) {
            cluster.close();
            throw e;
        }
        return cluster;
    }

    /** Spark's own script is in its distributions only. */
    private static void writeSubmitScript(Path home) throws IOException {
        Path script = Files.createDirectory(home.resolve("bin")).resolve("spark-submit");
        Files.writeString(
                script,
                "#!/bin/sh\nexec " + JAVA + " '" + JvmOptions.OF_SPARK + "' -Xmx512m -cp \"$HADOOP_CONF_DIR:" + home
                        + "/jars/*\" org.apache.spark.deploy.SparkSubmit \"$@\"\n");
        script.toFile().setExecutable(true);
    }

    /** Clients look for the settings in files of these names. */
    private void takeSettings() throws IOException {
        Path site = folder.resolve(HadoopDaemons.SITE);
        Await.until(
                () -> "HDFS and YARN are ready. The log:\n" + read(folder.resolve("daemons.log")),
                TIMEOUT,
                () -> Files.exists(site) || !daemons.isAlive());
        if (!Files.exists(site)) {
            throw new AssertionError("HDFS and YARN ended:\n" + read(folder.resolve("daemons.log")));
        }
        Path conf = Files.createDirectory(folder.resolve("conf"));
        for (String name : List.of("core-site.xml", "yarn-site.xml")) {
            Files.copy(site, conf.resolve(name));
        }
    }

    /** The settings by which clients reach the cluster. */
    public Configuration configuration() {
        Configuration configuration = new Configuration();
        configuration.addResource(new org.apache.hadoop.fs.Path(
                folder.resolve("conf/core-site.xml").toUri()));
        return configuration;
    }

    /** Copies a local folder to HDFS. */
    public void put(Path local, String path) throws IOException {
        try (FileSystem hdfs = FileSystem.newInstance(configuration())) {
            hdfs.copyFromLocalFile(new org.apache.hadoop.fs.Path(local.toUri()), new org.apache.hadoop.fs.Path(path));
        }
    }

    /** A submission of {@code jobs/extract} to YARN: one executor, with Spark's jars where they are. */
    public Submission extract() {
        return Launchers.launcher("extract", null)
                .environment("SPARK_HOME", home.toString())
                .environment("HADOOP_CONF_DIR", folder.resolve("conf").toString())
                .environment("SPARK_LOCAL_IP", "127.0.0.1")
                .with("--master", "yarn")
                .with("--conf", "spark.yarn.jars=" + localJars())
                .with("--conf", "spark.executor.instances=1")
                .with("--conf", "spark.executor.memory=512m")
                .with("--conf", "spark.yarn.am.memory=256m")
                .with("--conf", "spark.ui.enabled=false");
    }

    private String localJars() {
        try (Stream<Path> jars = Files.list(home.resolve("jars"))) {
            return jars.map(jar -> "local:" + jar).collect(Collectors.joining(","));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What containers have printed. */
    public String containerLogs() {
        try (Stream<Path> files = Files.walk(folder.resolve("target"))) {
            return files.filter(file -> file.getFileName().toString().matches("stdout|stderr"))
                    .sorted()
                    .map(file -> file + "\n" + read(file))
                    .collect(Collectors.joining("\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        List<ProcessHandle> all =
                new ArrayList<>(daemons.toHandle().descendants().toList());
        all.add(daemons.toHandle());
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(process -> process.onExit().orTimeout(20, TimeUnit.SECONDS).join());
    }
}
