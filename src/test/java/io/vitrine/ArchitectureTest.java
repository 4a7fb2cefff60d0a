package io.vitrine;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which room may import which rooms and libraries. */
final class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(classes -> !classes.contains("/test-classes/")) // of either build
            .importPackages("io.vitrine");

    /** A library, and the rooms that may import it. */
    private static final Map<String, List<String>> KEEPERS = Map.ofEntries(
            Map.entry(
                    "org.apache.spark..",
                    List.of(
                            "spark",
                            "job",
                            "ml",
                            "table",
                            "catalog",
                            "vectors",
                            "index",
                            "search.batch",
                            "duplicates",
                            "probe",
                            "compact",
                            "cli",
                            "dev")),
            Map.entry(
                    "org.apache.hadoop..",
                    List.of(
                            "job",
                            "ml",
                            "table",
                            "catalog",
                            "fetch",
                            "hub",
                            "archive",
                            "vectors",
                            "index",
                            "compact",
                            "search",
                            "duplicates",
                            "probe",
                            "dev")),
            Map.entry("ai.djl..", List.of("inference", "djl", "text")),
            Map.entry("io.github.jbellis..", List.of("index", "dev")),
            Map.entry("org.apache.lucene..", List.of("dev")),
            Map.entry("com.github.jelmerk..", List.of("dev")),
            Map.entry("ai.onnxruntime..", List.of("inference")),
            Map.entry("ai.onnx..", List.of("graph")),
            Map.entry("com.sun.jna..", List.of("inference", "image.decode", "cuda")),
            Map.entry("org.apache.hc..", List.of("web")),
            Map.entry("com.google.protobuf..", List.of("graph", "text")),
            Map.entry("org.bytedeco..", List.of("image", "dev")),
            Map.entry("javax.imageio..", List.of("image")),
            Map.entry("com.github.luben..", List.of("image")),
            Map.entry("org.tukaani..", List.of("image")),
            Map.entry("picocli..", List.of("cli", "dev")),
            Map.entry("org.msgpack..", List.of("convert")),
            Map.entry("me.tongfei..", List.of("report")),
            Map.entry("j2html..", List.of("report.page", "search.page")),
            Map.entry("com.sun.net.httpserver..", List.of("search.serve")),
            Map.entry("org.knowm..", List.of("report.page")),
            Map.entry("org.apache.batik..", List.of("report.page")));

    @Test
    void librariesStayInTheirRooms() {
        KEEPERS.forEach((library, rooms) -> noClasses()
                .that()
                .resideOutsideOfPackages(
                        rooms.stream().map(room -> "io.vitrine." + room + "..").toArray(String[]::new))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library)
                .because("only " + rooms + " may know " + library)
                .check(CLASSES));
    }

    /** A room of {@code job} or {@code image}, and the other rooms of the same parent that it may use. */
    private static final Map<String, List<String>> ARROWS = Map.ofEntries(
            Map.entry("job.request", List.of()),
            Map.entry("job.metrics", List.of()),
            Map.entry("job.rows", List.of("request")),
            Map.entry("job.spark", List.of("request", "metrics")),
            Map.entry("job.gpu", List.of("request", "spark")),
            Map.entry("job.task", List.of("request", "rows", "gpu", "metrics")),
            Map.entry("job.output", List.of("request", "rows")),
            Map.entry("job.reader", List.of("rows", "output")),
            Map.entry("job.plan", List.of("request", "rows", "spark", "gpu", "task", "output")),
            Map.entry("image.jpeg2000", List.of()),
            Map.entry("image.decode", List.of("jpeg2000")),
            Map.entry("image.resample", List.of()),
            Map.entry("image.preprocess", List.of("decode", "resample")),
            Map.entry("image.isolate", List.of("decode", "preprocess")));

    @ParameterizedTest
    @ValueSource(strings = {"io.vitrine.(*)..", "io.vitrine.job.(*)..", "io.vitrine.image.(*).."})
    void roomsFormNoCycle(String rooms) {
        SlicesRuleDefinition.slices().matching(rooms).should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void innerRoomsUseOnlyTheRoomsBelowThem() {
        ARROWS.forEach((room, below) -> {
            String parent = "io.vitrine." + room.substring(0, room.indexOf('.'));
            String[] others = ARROWS.keySet().stream()
                    .filter(other -> other.startsWith(room.substring(0, room.indexOf('.') + 1)) && !other.equals(room))
                    .filter(other -> !below.contains(other.substring(other.indexOf('.') + 1)))
                    .map(other -> "io.vitrine." + other)
                    .toArray(String[]::new);
            noClasses()
                    .that()
                    .resideInAPackage("io.vitrine." + room)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(others)
                    .orShould()
                    .dependOnClassesThat(JavaClass.Predicates.resideInAPackage(parent)
                            .and(DescribedPredicate.describe("is of job itself", type -> parent.endsWith(".job"))))
                    .check(CLASSES);
        });
    }

    @Test
    void everyInnerRoomHasItsArrows() throws IOException {
        for (String parent : List.of("job", "image")) {
            try (Stream<Path> folders = Files.list(Path.of("src/main/java/io/vitrine", parent))) {
                assertThat(folders.filter(Files::isDirectory).map(folder -> parent + "." + folder.getFileName()))
                        .allMatch(ARROWS::containsKey);
            }
        }
    }

    @Test
    void requestsKnowNothingOfSpark() {
        noClasses()
                .that()
                .resideInAPackage("io.vitrine.job.request..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.spark..", "org.apache.hadoop..")
                .check(CLASSES);
    }

    /** The launcher runs before Spark and the libraries are there, and so does the class that says which Spark fits. */
    @Test
    void launchUsesTheJdkOnly() {
        String line = "io.vitrine.spark.SparkLine";
        noClasses()
                .that()
                .resideInAPackage("io.vitrine.launch..")
                .or()
                .haveFullyQualifiedName(line)
                .should()
                .dependOnClassesThat(JavaClass.Predicates.resideOutsideOfPackages("io.vitrine.launch..", "java..")
                        .and(DescribedPredicate.not(DescribedPredicate.describe(
                                "is SparkLine", type -> type.getName().equals(line)))))
                .check(CLASSES);
    }

    @Test
    void theProductDoesNotUseItsTools() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.vitrine.dev..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.vitrine.dev..")
                .check(CLASSES);
    }

    @Test
    void cudaKnowsNothingOfWhatItRuns() {
        noClasses()
                .that()
                .resideInAPackage("io.vitrine.cuda..")
                .should()
                .dependOnClassesThat(roomsOtherThan("io.vitrine", "io.vitrine.cuda.."))
                .check(CLASSES);
    }

    /** Decoding on a GPU is the job's choice, and verify compares it: the rooms that judge and decode images work without it. */
    @Test
    void gpuDecodesForTheJobAndItsCheck() {
        noClasses()
                .that()
                .resideInAPackage("io.vitrine.gpu..")
                .should()
                .dependOnClassesThat(
                        roomsOtherThan("io.vitrine", "io.vitrine.gpu..", "io.vitrine.cuda..", "io.vitrine.image.."))
                .check(CLASSES);
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        "io.vitrine.gpu..",
                        "io.vitrine.job..",
                        "io.vitrine.dev..",
                        "io.vitrine.verify..",
                        "io.vitrine.cli")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.vitrine.gpu..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideOutsideOfPackages("io.vitrine.cuda..", "io.vitrine.gpu..", "io.vitrine.inference..")
                .and()
                .resideOutsideOfPackages("io.vitrine.job.gpu..", "io.vitrine.dev..") // they open devices
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.vitrine.cuda..")
                .check(CLASSES);
    }

    private static DescribedPredicate<JavaClass> roomsOtherThan(String... rooms) {
        return JavaClass.Predicates.resideInAPackage("io.vitrine..")
                .and(JavaClass.Predicates.resideOutsideOfPackages(rooms));
    }

    @Test
    void imageGraphAndCheckpointKnowNothingAboveThem() {
        noClasses()
                .that()
                .resideInAnyPackage("io.vitrine.image..", "io.vitrine.checkpoint..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.vitrine.graph..",
                        "io.vitrine.inference..",
                        "io.vitrine.catalog..",
                        "io.vitrine.fetch..",
                        "io.vitrine.job..",
                        "io.vitrine.cli..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAnyPackage("io.vitrine.graph..", "io.vitrine.inference..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.vitrine.image..", "io.vitrine.catalog..", "io.vitrine.fetch..", "io.vitrine.job..")
                .check(CLASSES);
    }
}
