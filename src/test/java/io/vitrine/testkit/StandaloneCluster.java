package io.vitrine.testkit;

import io.vitrine.dev.sandbox.S3Store;
import io.vitrine.dev.sandbox.Submission;
import io.vitrine.spark.SparkLine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * A standalone cluster on this machine, from the Spark jars that Maven resolved: a master, and workers that find their GPUs with
 * a discovery script. {@link #close} ends every process, executors and drivers included.
 */
public final class StandaloneCluster implements AutoCloseable {
    /** A busy machine starts four executors in a minute. */
    private static final Duration TIMEOUT = Duration.ofMinutes(3);

    private final Path folder;
    private final Path home;
    private final int port;
    private final Process master;
    private final List<Process> workers = new ArrayList<>();

    private StandaloneCluster(Path folder, Path home, int port, Process master) {
        this.folder = folder;
        this.home = home;
        this.port = port;
        this.master = master;
    }

    /**
     * Starts a cluster without workers.
     *
     * @param folder an empty folder for Spark, its logs and its workers' files
     */
    public static StandaloneCluster start(Path folder) throws IOException {
        Path home = SparkHome.create(folder.resolve("spark"));
        int port = freePort();
        Process master = launch(
                folder,
                home,
                "master",
                List.of(),
                List.of(
                        "org.apache.spark.deploy.master.Master",
                        "--host",
                        "127.0.0.1",
                        "--port",
                        Integer.toString(port),
                        "--webui-port",
                        "0"));
        StandaloneCluster cluster = new StandaloneCluster(folder, home, port, master);
        try {
            cluster.await("the master answers", () -> answers(port));
        } catch (AssertionError e) {
            cluster.close();
            throw e;
        }
        return cluster;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static boolean answers(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Starts a worker with 3 GiB of memory.
     *
     * @param gpus the addresses of its GPUs
     */
    public Process startWorker(int cores, String... gpus) throws IOException {
        String name = "worker-" + workers.size();
        Path script = folder.resolve(name + ".sh");
        String addresses = String.join(
                ", ", Arrays.stream(gpus).map(gpu -> '"' + gpu + '"').toList());
        Files.writeString(script, "#!/bin/sh\necho '{\"name\": \"gpu\", \"addresses\": [" + addresses + "]}'\n");
        script.toFile().setExecutable(true);
        Process worker = launch(
                folder,
                home,
                name,
                List.of(
                        "-Dspark.worker.resource.gpu.amount=" + gpus.length,
                        "-Dspark.worker.resource.gpu.discoveryScript=" + script),
                List.of(
                        "org.apache.spark.deploy.worker.Worker",
                        "--host",
                        "127.0.0.1",
                        "--webui-port",
                        "0",
                        "--cores",
                        Integer.toString(cores),
                        "--memory",
                        "3g",
                        "--work-dir",
                        folder.resolve(name).toString(),
                        url()));
        workers.add(worker);
        Path log = folder.resolve(name + ".log");
        await(name + " has registered", () -> read(log).contains("Successfully registered with master"));
        return worker;
    }

    private static Process launch(Path folder, Path home, String name, List<String> properties, List<String> arguments)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add(JvmOptions.OF_SPARK);
        command.add("-Xmx256m");
        command.addAll(properties);
        command.addAll(List.of("-cp", home.resolve("jars") + "/*"));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(name + ".log").toFile());
        builder.environment().put("SPARK_HOME", home.toString());
        builder.environment().put("SPARK_SCALA_VERSION", SparkLine.ofThisBuild().scala());
        builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
        builder.environment().put("LC_ALL", "C.UTF-8");
        return builder.start();
    }

    /** The master's address as {@code --master} takes it. */
    public String url() {
        return "spark://127.0.0.1:" + port;
    }

    /** A submission of {@code jobs/extract} to this cluster, on local files. */
    public Submission extract() {
        return extract((S3Store) null);
    }

    /** A submission of {@code jobs/extract} to this cluster, with the driver on this machine. */
    public Submission extract(ObjectStore store) {
        return extract(store.server());
    }

    private Submission extract(S3Store store) {
        return Launchers.launcher("extract", store)
                .environment("SPARK_LOCAL_IP", "127.0.0.1")
                .with("--master", url())
                .with("--conf", "spark.driver.host=127.0.0.1")
                .with("--conf", "spark.executor.memory=512m")
                .with("--conf", "spark.ui.enabled=false");
    }

    /** The processes of the executors. */
    public List<ProcessHandle> executors() {
        return workers.stream()
                .flatMap(worker -> worker.toHandle().descendants())
                .filter(process -> commandLine(process).contains("CoarseGrainedExecutorBackend"))
                .toList();
    }

    /** A process's whole command line, which {@link ProcessHandle} truncates; empty if the process has ended. */
    public static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"));
        } catch (IOException e) {
            return "";
        }
    }

    /** The tasks that executors have logged the end of. */
    public int finishedTasks() {
        return logs().split("Finished task", -1).length - 1;
    }

    /** The logs of the master, the workers, and what these started. */
    public String logs() {
        StringBuilder text = new StringBuilder();
        try (Stream<Path> files = Files.walk(folder)) {
            files.filter(file -> file.getFileName().toString().matches("stderr|.*\\.log"))
                    .forEach(file -> text.append(file).append('\n').append(read(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            return "";
        }
    }

    /** Waits for something in this cluster; the error has the cluster's logs. */
    public void await(String event, BooleanSupplier condition) {
        Await.until(() -> event + ". The cluster's logs:\n" + logs(), TIMEOUT, condition);
    }

    @Override
    public void close() {
        List<ProcessHandle> all = new ArrayList<>();
        for (Process process : workers) {
            all.addAll(process.toHandle().descendants().toList());
            all.add(process.toHandle());
        }
        all.add(master.toHandle());
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(process -> process.onExit().orTimeout(20, TimeUnit.SECONDS).join());
    }
}
