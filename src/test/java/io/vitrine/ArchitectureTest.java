package io.vitrine;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Who may know what, and that the README's map tells the truth. */
final class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.vitrine");

    /** A library, and the rooms that may import it. */
    private static final Map<String, List<String>> KEEPERS = Map.ofEntries(
            Map.entry("org.apache.spark..", List.of("job", "table", "catalog", "cli", "dev")),
            Map.entry("org.apache.hadoop..", List.of("job", "table", "catalog", "fetch", "hub", "dev")),
            Map.entry("ai.djl..", List.of("inference", "djl")),
            Map.entry("ai.onnxruntime..", List.of("inference")),
            Map.entry("ai.onnx..", List.of("graph")),
            Map.entry("com.sun.jna..", List.of("inference")),
            Map.entry("com.google.protobuf..", List.of("graph")),
            Map.entry("org.bytedeco..", List.of("image", "dev")),
            Map.entry("javax.imageio..", List.of("image")),
            Map.entry("picocli..", List.of("cli", "dev")),
            Map.entry("org.msgpack..", List.of("convert")),
            Map.entry("me.tongfei..", List.of("report")));

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

    @Test
    void roomsFormNoCircle() {
        SlicesRuleDefinition.slices()
                .matching("io.vitrine.(*)..")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }

    /** The launcher runs before Spark and the libraries are there. */
    @Test
    void launchUsesTheJdkOnly() {
        noClasses()
                .that()
                .resideInAPackage("io.vitrine.launch..")
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages("io.vitrine.launch..", "java..")
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

    @Test
    void theReadmesMapNamesEveryRoomAndNoOther() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        String map = readme.substring(readme.indexOf("### The map of rooms"), readme.indexOf("Who may import Spark"));
        Matcher rows = Pattern.compile("(?m)^\\| `([a-z]+)` \\|").matcher(map);
        TreeSet<String> mapped = new TreeSet<>();
        while (rows.find()) {
            mapped.add(rows.group(1));
        }
        try (Stream<Path> folders = Files.list(Path.of("src/main/java/io/vitrine"))) {
            TreeSet<String> rooms = folders.filter(Files::isDirectory)
                    .map(folder -> folder.getFileName().toString())
                    .collect(Collectors.toCollection(TreeSet::new));
            assertThat(mapped).isEqualTo(rooms);
        }
    }
}
