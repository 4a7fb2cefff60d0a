package io.vitrine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.fabric8.kubernetes.api.model.Pod;
import io.vitrine.cli.Cli;
import io.vitrine.report.Versions;
import io.vitrine.spark.SparkLine;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/** The files in deploy/ and conf/ are valid for the programs that read them, and extract accepts their arguments. */
final class DeployTest {
    @TempDir
    private Path folder;

    /** Reads the template with the types that Spark uses, and refuses fields that they do not know. */
    @Test
    void thePodTemplateIsAPod() throws IOException {
        ObjectMapper strict = new ObjectMapper().setAnnotationIntrospector(new JacksonAnnotationIntrospector() {
            @Override
            public Boolean hasAnySetter(Annotated annotated) {
                return false;
            }
        });
        Map<String, Object> template = yaml("deploy/kubernetes/gpu-executor.yaml");
        Pod pod = strict.convertValue(template, Pod.class);
        assertThat(pod.getSpec().getContainers()).hasSize(1);
        assertThat(pod.getSpec().getTolerations().get(0).getEffect()).isEqualTo("NoSchedule");
        template.put("specs", "");
        assertThatThrownBy(() -> strict.convertValue(template, Pod.class)).hasMessageContaining("specs");
    }

    @Test
    void theApplicationAndTheStepFitTheirSchemas() throws IOException {
        JsonNode application = new ObjectMapper().valueToTree(yaml("deploy/kubernetes/sparkapplication.yaml"));
        assertThat(violations("scheduledsparkapplication.json", application)).isEmpty();
        JsonNode steps =
                new ObjectMapper().readTree(Path.of("deploy/emr/step.json").toFile());
        assertThat(violations("emr-steps.json", steps)).isEmpty();
        assertThat(violations("databricks-job.json", databricks())).isEmpty();
        ((ObjectNode) application.at("/spec/template/executor")).put("instances", "four"); // the schema does check
        assertThat(violations("scheduledsparkapplication.json", application)).hasSize(1);
    }

    private static JsonNode databricks() throws IOException {
        return new ObjectMapper().readTree(Path.of("deploy/databricks/job.json").toFile());
    }

    /** The Kubernetes application must spell it out; every other file derives it. */
    @Test
    void theVersionOfSparkStandsInThePomAndInOneFileMore() throws IOException {
        assumeTrue(SparkLine.ofThisBuild().spark().equals("3.5"), "deploy/ is for Spark 3.5");
        String version = Versions.of("spark");
        List<Path> mentions = new ArrayList<>();
        for (String folder : List.of("conf", "deploy", "jobs", "src/main")) {
            try (Stream<Path> files = Files.walk(Path.of(folder))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    if (Files.readString(file).contains(version)) {
                        mentions.add(file);
                    }
                }
            }
        }
        assertThat(mentions).containsExactly(Path.of("deploy/kubernetes/sparkapplication.yaml"));
    }

    /** The last USER is the one that runs; the cache of the Hub is a folder of that user, not one in /tmp. */
    @ParameterizedTest
    @ValueSource(strings = {"Dockerfile", "Dockerfile.cuda"})
    void theImagesRunAsAUserWhoIsNotRoot(String file) throws IOException {
        String dockerfile = Files.readString(Path.of("deploy/images", file));
        assertThat(dockerfile.substring(dockerfile.lastIndexOf("\nUSER ") + 6)).startsWith("185\n");
        assertThat(dockerfile)
                .contains("HF_HOME=/opt/vitrine/huggingface")
                .contains("RUN install -d -m 0700 -o spark /opt/vitrine/huggingface");
    }

    /** Charts of the report need a font; both base images are Ubuntu. */
    @ParameterizedTest
    @ValueSource(strings = {"Dockerfile", "Dockerfile.cuda"})
    void theImagesHaveAFont(String file) throws IOException {
        assertThat(Files.readString(Path.of("deploy/images", file)))
                .containsPattern("FROM \\S+ubuntu\\S*\n")
                .containsPattern("apt-get install [^&]*fontconfig fonts-dejavu-core");
    }

    private static Set<ValidationMessage> violations(String schema, JsonNode document) throws IOException {
        try (InputStream in = Files.newInputStream(Path.of("src/test/resources/schemas", schema))) {
            return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                    .getSchema(in)
                    .validate(document);
        }
    }

    private static Map<String, Object> yaml(String file) throws IOException {
        return new Yaml().load(Files.readString(Path.of(file)));
    }

    @Test
    void scriptsPassShellcheck() throws IOException, InterruptedException {
        assumeTrue(run("shellcheck", "--version") == 0, "shellcheck is not installed");
        List<String> command =
                new ArrayList<>(List.of("shellcheck", "-x", ".ci/run", ".ci/nightly", ".ci/release-check"));
        for (String folder : List.of("jobs", "conf", "deploy")) {
            try (Stream<Path> files = Files.walk(Path.of(folder))) {
                files.filter(DeployTest::isScript).map(Path::toString).forEach(command::add);
            }
        }
        assertThat(command).hasSizeGreaterThan(12);
        assertThat(run(command.toArray(String[]::new))).isZero();
    }

    private static boolean isScript(Path file) {
        try {
            return Files.isRegularFile(file)
                    && (file.toString().endsWith(".sh")
                            || Files.readString(file).startsWith("#!"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    @SuppressWarnings("unchecked")
    void extractAcceptsTheirArguments() throws IOException, InterruptedException {
        Map<String, Object> yaml = yaml("deploy/kubernetes/sparkapplication.yaml");
        Map<String, Object> template = (Map<String, Object>) ((Map<String, Object>) yaml.get("spec")).get("template");
        assertParses((List<String>) template.get("arguments"));
        JsonNode step =
                new ObjectMapper().readTree(Path.of("deploy/emr/step.json").toFile());
        List<String> arguments = texts(step.get(0).path("Args"));
        assertParses(arguments.subList(arguments.indexOf("extract"), arguments.size()));
        List<String> submitted = texts(databricks().at("/tasks/0/spark_submit_task/parameters"));
        assertParses(submitted.subList(submitted.indexOf("extract"), submitted.size()));
        assertParses(submittedToDataproc());
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.asText()));
        assertThat(texts).isNotEmpty();
        return texts;
    }

    /** What deploy/dataproc/submit gives to the job, by a gcloud that prints its arguments. */
    private List<String> submittedToDataproc() throws IOException, InterruptedException {
        Path gcloud = Files.createDirectories(folder.resolve("google")).resolve("gcloud");
        Files.writeString(gcloud, "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
        assertThat(gcloud.toFile().setExecutable(true)).isTrue();
        Path out = folder.resolve("gcloud.txt");
        ProcessBuilder builder = new ProcessBuilder("deploy/dataproc/submit", "--columns", "cls");
        builder.environment().merge("PATH", gcloud.getParent().toString(), (path, first) -> first + ":" + path);
        builder.environment()
                .putAll(Map.of(
                        "REGION",
                        "r",
                        "JAR",
                        "gs://b/v.jar",
                        "INPUT",
                        "gs://b/p",
                        "MODEL",
                        "a/b",
                        "OUTPUT",
                        "gs://b/f"));
        assertThat(builder.redirectOutput(out.toFile()).start().waitFor()).isZero();
        List<String> printed = Files.readAllLines(out);
        assertThat(printed).startsWith("dataproc", "batches", "submit", "spark").endsWith("--columns", "cls");
        return printed.subList(printed.indexOf("--") + 1, printed.size());
    }

    /** Parses only: --help ends the command before it does anything. */
    static void assertParses(List<String> arguments) {
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
    void theDagIsValidPython() throws IOException, InterruptedException {
        assumeTrue(run("python3", "--version") == 0, "python3 is not installed");
        assertThat(run("python3", "-c", "import ast; ast.parse(open('deploy/airflow/vitrine_nightly.py').read())"))
                .isZero();
    }

    @Test
    void gpuDiscoveryListsGpusOrTheirMigInstances() throws IOException, InterruptedException {
        assertThat(discovered(null)).isEmpty();
        assertThat(discovered("exit 9")).isEmpty(); // the driver does not answer
        assertThat(discovered("echo 'GPU 0: NVIDIA A10G (UUID: GPU-1)'; echo 'GPU 1: NVIDIA A10G (UUID: GPU-2)'"))
                .containsExactly("0", "1");
        assertThat(discovered("echo 'GPU 0: NVIDIA A100 (UUID: GPU-1)';"
                        + " echo '  MIG 3g.20gb     Device  0: (UUID: MIG-1)';"
                        + " echo '  MIG 3g.20gb     Device  1: (UUID: MIG-2)'"))
                .containsExactly("0", "1");
    }

    /** The addresses that the script prints if nvidia-smi is a script of {@code body}, or missing if null. */
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
            return -1; // the command is not installed
        }
    }
}
