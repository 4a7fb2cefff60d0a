package io.vitrine.dev.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A real standalone cluster on this machine, from the Spark jars that Maven resolved: a master, and workers that find GPUs with
 * a discovery script. Every process it starts, executors and drivers included, ends with it.
 */
public final class StandaloneCluster implements AutoCloseable {
    private static final List<String> MODULES = Arrays.stream(
                    System.getProperty("vitrine.jvm.options").split(" "))
            .filter(option -> !option.isEmpty())
            .toList();

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

    /** Starts a master in {@code folder}, which is to be empty. */
    public static StandaloneCluster start(Path folder) throws IOException {
        Path home = Files.createDirectories(folder.resolve("spark"));
        Path jars = Files.createDirectories(home.resolve("jars"));
        for (String jar :
                Files.readString(Path.of("target/spark.classpath")).strip().split(":")) {
            Path link = jars.resolve(Path.of(jar).getFileName());
            if (!Files.exists(link)) {
                Files.createSymbolicLink(link, Path.of(jar));
            }
        }
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
        cluster.await(() -> answers(port));
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

    /** Starts a worker of {@code cores} cores and 3 GiB that has the GPUs {@code addresses}. */
    public Process worker(int cores, String... addresses) throws IOException {
        String name = "worker-" + workers.size();
        Path script = folder.resolve(name + ".sh");
        String quoted = String.join(
                ", ", Arrays.stream(addresses).map(a -> '"' + a + '"').toList());
        Files.writeString(script, "#!/bin/sh\necho '{\"name\": \"gpu\", \"addresses\": [" + quoted + "]}'\n");
        script.toFile().setExecutable(true);
        Process worker = launch(
                folder,
                home,
                name,
                List.of(
                        "-Dspark.worker.resource.gpu.amount=" + addresses.length,
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
        await(() -> read(log).contains("Successfully registered with master"));
        return worker;
    }

    private static Process launch(Path folder, Path home, String name, List<String> properties, List<String> arguments)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(MODULES);
        command.add("-Xmx256m");
        command.addAll(properties);
        command.addAll(List.of("-cp", home.resolve("jars") + "/*"));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(name + ".log").toFile());
        builder.environment().put("SPARK_HOME", home.toString());
        builder.environment().put("SPARK_SCALA_VERSION", "2.12");
        builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
        builder.environment().put("LC_ALL", "C.UTF-8");
        return builder.start();
    }

    public String url() {
        return "spark://127.0.0.1:" + port;
    }

    /** A submission of extract to this cluster, the driver on this machine. */
    public Submission extract(S3Store store) {
        return new Submission(Path.of("jobs/extract").toAbsolutePath(), store)
                .environment("SPARK_LOCAL_IP", "127.0.0.1")
                .with("--master", url())
                .with("--conf", "spark.driver.host=127.0.0.1")
                .with("--conf", "spark.executor.memory=512m")
                .with("--conf", "spark.ui.enabled=false");
    }

    /** The executors' processes. */
    public List<ProcessHandle> executors() {
        return workers.stream()
                .flatMap(worker -> worker.toHandle().descendants())
                .filter(process -> commandLine(process).contains("CoarseGrainedExecutorBackend"))
                .toList();
    }

    /** The whole of it, which {@link ProcessHandle} cuts. */
    public static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"));
        } catch (IOException e) {
            return ""; // it has ended
        }
    }

    /** Everything a worker or what it started has logged. */
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

    /** What can become true. */
    public interface Condition {
        boolean holds();
    }

    /** Waits three minutes at most: a busy machine starts four executors in one. */
    public void await(Condition condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(180);
        while (!condition.holds()) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("It did not happen within three minutes. " + logs());
            }
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
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
