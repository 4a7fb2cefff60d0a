package io.vitrine.job.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.vitrine.job.request.Destination;
import io.vitrine.testkit.JvmOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A local run, in a JVM of its own, as the network sees it. */
final class LocalModeIT {
    private static final String LISTENING = "0A";
    private static final List<String> LOOPBACK = List.of("0100007F", "0000000000000000FFFF00000100007F");

    private Process driver;

    /** A driver that ends with its standard input. */
    static final class Driver {
        private Driver() {}

        public static void main(String[] args) throws IOException {
            SparkConf conf = SessionSettings.complete(new SparkConf(), Destination.parquet("features"), 1_000_000)
                    .setMaster("local[1]")
                    .setAppName("local mode")
                    .set("spark.ui.port", "0");
            try (SparkSession spark = SparkSession.builder().config(conf).getOrCreate()) {
                System.out.println(
                        "page " + spark.sparkContext().uiWebUrl().get().replaceAll(".*:", "") + " rows "
                                + spark.range(7).count());
                System.in.read();
            }
        }
    }

    /** Starts the driver and returns the port of its page. */
    private int start(String localIp) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                JvmOptions.OF_SPARK,
                "-cp",
                System.getProperty("java.class.path"),
                Driver.class.getName());
        builder.environment().remove("SPARK_LOCAL_IP");
        if (!localIp.isEmpty()) {
            builder.environment().put("SPARK_LOCAL_IP", localIp);
        }
        driver = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(driver.getInputStream(), StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("page ")) {
                assertThat(line).endsWith(" rows 7");
                return Integer.parseInt(line.split(" ")[1]);
            }
        }
        throw new IOException("the driver did not start");
    }

    @AfterEach
    void stop() throws IOException, InterruptedException {
        if (driver != null) {
            driver.getOutputStream().close();
            driver.waitFor();
        }
    }

    @Test
    void startedByPlainSparkSubmitOnlyThePageListensAndItRefusesOtherHosts() throws IOException {
        Optional<String> outside = outsideAddress();
        assumeThat(outside).isPresent();
        int page = start("");
        assertThat(listeningElsewhere()).allMatch(socket -> socket.endsWith(":" + page));
        assertThat(status("127.0.0.1", page)).isEqualTo(200);
        assertThat(status(outside.get(), page)).isEqualTo(403);
    }

    @Test
    void startedByALauncherNothingListensOutsideThisHost() throws IOException {
        int page = start("127.0.0.1");
        assertThat(listeningElsewhere()).isEmpty();
        assertThat(status("127.0.0.1", page)).isEqualTo(200);
    }

    private static int status(String host, int port) throws IOException {
        HttpURLConnection connection = (HttpURLConnection)
                URI.create("http://" + host + ":" + port + "/jobs/").toURL().openConnection();
        return connection.getResponseCode();
    }

    /** An IPv4 address of this machine that is not loopback. */
    private static Optional<String> outsideAddress() throws IOException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLoopbackAddress() && address.getAddress().length == 4)
                .map(InetAddress::getHostAddress)
                .findFirst();
    }

    /** The driver's listening sockets that are not on the loopback interface, as ADDRESS:PORT. */
    private List<String> listeningElsewhere() throws IOException {
        List<String> own;
        try (Stream<Path> files = Files.list(Path.of("/proc", Long.toString(driver.pid()), "fd"))) {
            own = files.map(LocalModeIT::link).toList();
        }
        List<String> found = new ArrayList<>();
        for (String table : List.of("tcp", "tcp6")) {
            for (String line : Files.readAllLines(Path.of("/proc/net", table))) {
                String[] fields = line.strip().split("\\s+"); // slot, local address, remote address, state, ..., inode
                if (fields[3].equals(LISTENING) && own.contains("socket:[" + fields[9] + "]")) {
                    String[] local = fields[1].split(":");
                    if (!LOOPBACK.contains(local[0])) {
                        found.add(local[0] + ":" + Integer.parseInt(local[1], 16));
                    }
                }
            }
        }
        return found;
    }

    private static String link(Path file) {
        try {
            return Files.readSymbolicLink(file).toString();
        } catch (IOException e) {
            return ""; // closed in the meantime
        }
    }
}
