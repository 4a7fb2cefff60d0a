package io.vitrine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vitrine.image.decode.OpenCv;
import io.vitrine.spark.SparkLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import org.bytedeco.opencv.global.opencv_core;
import org.junit.jupiter.api.Test;

/** The two jars of a build: the product, and the tools that work on a checkout. */
final class ShippedJarIT {
    private static final String JAR = SparkLine.ofThisBuild().jar(Path.of("")).toString();

    /** DJL needs them, and every cluster has them. */
    private static final List<String> FROM_THE_CLUSTER =
            List.of("org.slf4j:slf4j-api:", "org.apache.commons:commons-compress:");

    @Test
    void theProductHoldsNoTools() throws IOException {
        assertThat(files(JAR))
                .contains("io/vitrine/Vitrine.class", "io/vitrine/cli/Cli.class")
                .noneMatch(name -> name.startsWith("io/vitrine/dev/"))
                .noneMatch(name -> name.contains("jmh"))
                .doesNotContain("META-INF/BenchmarkList", "META-INF/CompilerHints");
    }

    @Test
    void theProductHoldsNothingThatAClusterHas() throws IOException {
        assertThat(files(JAR))
                .noneMatch(name -> name.startsWith("org/apache/spark/"))
                .noneMatch(name -> name.startsWith("org/apache/hadoop/"))
                .noneMatch(name -> name.startsWith("scala/"));
    }

    @Test
    void theToolsJarHoldsOnlyTools() throws IOException {
        assertThat(files(SparkLine.ofThisBuild().devJar(Path.of("")).toString()))
                .contains("io/vitrine/dev/DevCli.class", "META-INF/BenchmarkList")
                .allMatch(name -> name.startsWith("io/vitrine/dev/") || name.startsWith("META-INF/"));
    }

    /** Scanners look for either: the bill of materials, or the properties that Maven writes. */
    @Test
    void everyBundledLibraryIsInTheBillOfMaterialsAndHasItsProperties() throws IOException {
        try (JarFile jar = new JarFile(JAR)) {
            Set<String> listed = new TreeSet<>();
            JsonNode bill =
                    new ObjectMapper().readTree(jar.getInputStream(jar.getEntry("META-INF/sbom/vitrine.cdx.json")));
            bill.path("components")
                    .forEach(component -> listed.add(component.path("group").asText() + ":"
                            + component.path("name").asText() + ":"
                            + component.path("version").asText()));
            Set<String> bundled = new TreeSet<>();
            for (JarEntry entry : Collections.list(jar.entries())) {
                if (entry.getName().matches("META-INF/maven/.*/pom\\.properties")) {
                    Properties properties = new Properties();
                    properties.load(jar.getInputStream(entry));
                    bundled.add(properties.getProperty("groupId") + ":" + properties.getProperty("artifactId") + ":"
                            + properties.getProperty("version"));
                }
            }
            bundled.removeIf(artifact -> artifact.startsWith("io.vitrine:"));
            listed.removeIf(artifact -> FROM_THE_CLUSTER.stream().anyMatch(artifact::startsWith));
            assertThat(bundled).hasSizeGreaterThan(15).isEqualTo(listed);
            String document = Files.readString(Path.of("docs/security.md"));
            assertThat(listed).allSatisfy(artifact -> assertThat(document)
                    .contains("| `" + artifact.substring(0, artifact.lastIndexOf(':')) + "` | "
                            + artifact.substring(artifact.lastIndexOf(':') + 1) + " |"));
        }
    }

    /** Classes of a library that nobody lists would be in a package of their own. */
    @Test
    void everyPackageInTheJarIsOfAListedLibrary() throws IOException {
        Set<String> packages = files(JAR).stream()
                .filter(name -> name.endsWith(".class") && !name.startsWith("META-INF/"))
                .map(name -> name.split("/"))
                .map(name -> name.length > 2 && !name[0].equals("j2html") ? name[0] + "/" + name[1] : name[0])
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(packages)
                .containsExactlyInAnyOrder(
                        "ai/djl",
                        "ai/onnx",
                        "ai/onnxruntime",
                        "com/google",
                        "com/sun",
                        "io/github",
                        "io/vitrine",
                        "j2html",
                        "me/tongfei",
                        "org/agrona",
                        "org/apache",
                        "org/bytedeco",
                        "org/jline",
                        "org/knowm",
                        "org/msgpack",
                        "org/tribuo",
                        "picocli");
    }

    @Test
    void theDocumentNamesTheCodecsInOpenCv() throws IOException {
        OpenCv.load();
        String build = opencv_core.getBuildInformation().getString();
        String document = Files.readString(Path.of("docs/security.md"));
        for (String codec : List.of("ZLib", "JPEG", "PNG", "TIFF", "WEBP", "JPEG 2000", "OpenEXR", "Protobuf")) {
            Matcher line = Pattern.compile("(?m)^ +" + codec + ": +(\\S.*)$").matcher(build);
            assertThat(line.find()).as(codec).isTrue();
            Matcher version = Pattern.compile("([0-9]+(?:\\.[0-9]+)+|0x[0-9]+)").matcher(line.group(1));
            assertThat(version.find()).as(line.group()).isTrue();
            assertThat(document).containsPattern("(?m)^\\| .*" + Pattern.quote(version.group(1)) + ".* \\|");
        }
    }

    private static List<String> files(String jar) throws IOException {
        try (JarFile file = new JarFile(jar)) {
            return file.stream()
                    .filter(entry -> !entry.isDirectory())
                    .map(ZipEntry::getName)
                    .toList();
        }
    }
}
