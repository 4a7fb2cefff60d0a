package io.vitrine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vitrine.cli.Cli;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/** What lies in deploy/ and conf/ is what its readers read, and its arguments are ones that extract takes. */
final class DeployTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"kubernetes/gpu-executor.yaml", "kubernetes/sparkapplication.yaml"})
    void manifestsAreYamlOfAKind(String file) throws IOException {
        Map<String, Object> manifest = new Yaml().load(Files.readString(Path.of("deploy", file)));
        assertThat(manifest).containsKeys("apiVersion", "kind", "spec");
    }

    @Test
    @SuppressWarnings("unchecked")
    void argumentsAreThoseOfExtract() throws IOException {
        Map<String, Object> yaml =
                new Yaml().load(Files.readString(Path.of("deploy/kubernetes/sparkapplication.yaml")));
        Map<String, Object> template = (Map<String, Object>) ((Map<String, Object>) yaml.get("spec")).get("template");
        assertParses((List<String>) template.get("arguments"));
        JsonNode step =
                new ObjectMapper().readTree(Path.of("deploy/emr/step.json").toFile());
        List<String> arguments = new ArrayList<>();
        step.get(0).path("Args").forEach(argument -> arguments.add(argument.asText()));
        assertParses(arguments.subList(arguments.indexOf("extract"), arguments.size()));
    }

    /** With an option that ends the command before it does anything. */
    private static void assertParses(List<String> arguments) {
        List<String> command = new ArrayList<>(arguments);
        command.add("--help");
        PrintStream out = System.out;
        System.setOut(new PrintStream(java.io.OutputStream.nullOutputStream()));
        try {
            assertThat(Cli.run(command.toArray(String[]::new))).isZero();
        } finally {
            System.setOut(out);
        }
    }

    @Test
    void theDagIsPython() throws IOException, InterruptedException {
        assumeTrue(run("python3", "--version") == 0, "there is no python3 here");
        assertThat(run("python3", "-c", "import ast; ast.parse(open('deploy/airflow/vitrine_nightly.py').read())"))
                .isZero();
    }

    @Test
    void gpuDiscoveryCountsGpusAndTheirInstances() throws IOException, InterruptedException {
        assertThat(discovered(null)).isEmpty();
        assertThat(discovered("exit 9")).isEmpty(); // a driver that does not answer
        assertThat(discovered("echo 'GPU 0: NVIDIA A10G (UUID: GPU-1)'; echo 'GPU 1: NVIDIA A10G (UUID: GPU-2)'"))
                .containsExactly("0", "1");
        assertThat(discovered("echo 'GPU 0: NVIDIA A100 (UUID: GPU-1)';"
                        + " echo '  MIG 3g.20gb     Device  0: (UUID: MIG-1)';"
                        + " echo '  MIG 3g.20gb     Device  1: (UUID: MIG-2)'"))
                .containsExactly("0", "1");
    }

    /** The addresses that the script prints where nvidia-smi does {@code body}. */
    private List<String> discovered(String body) throws IOException, InterruptedException {
        Path tools = Files.createDirectories(folder.resolve("tools"));
        if (body != null) {
            Path smi = Files.writeString(tools.resolve("nvidia-smi"), "#!/bin/sh\n" + body + "\n");
            assertThat(smi.toFile().setExecutable(true)).isTrue();
        }
        Path out = folder.resolve("out.json");
        ProcessBuilder builder = new ProcessBuilder("bash", "conf/gpu-discovery.sh").redirectOutput(out.toFile());
        builder.environment().merge("PATH", tools.toString(), (path, first) -> first + ":" + path);
        assertThat(builder.start().waitFor()).isZero();
        JsonNode resource = new ObjectMapper().readTree(out.toFile());
        assertThat(resource.path("name").asText()).isEqualTo("gpu");
        List<String> addresses = new ArrayList<>();
        resource.path("addresses").forEach(address -> addresses.add(address.asText()));
        return addresses;
    }

    private static int run(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(30, TimeUnit.SECONDS) ? process.exitValue() : -1;
        } catch (IOException e) {
            return -1; // there is no such command
        }
    }
}
