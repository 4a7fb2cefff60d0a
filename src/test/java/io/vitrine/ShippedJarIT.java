package io.vitrine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

/** The two jars of a build: the product, and the tools that work on a checkout. */
final class ShippedJarIT {
    @Test
    void theProductHoldsNoTools() throws IOException {
        assertThat(files("target/vitrine.jar"))
                .contains("io/vitrine/Vitrine.class", "io/vitrine/cli/Cli.class")
                .noneMatch(name -> name.startsWith("io/vitrine/dev/"))
                .noneMatch(name -> name.contains("jmh"))
                .doesNotContain("META-INF/BenchmarkList", "META-INF/CompilerHints");
    }

    @Test
    void theProductHoldsNothingThatAClusterHas() throws IOException {
        assertThat(files("target/vitrine.jar"))
                .noneMatch(name -> name.startsWith("org/apache/spark/"))
                .noneMatch(name -> name.startsWith("org/apache/hadoop/"))
                .noneMatch(name -> name.startsWith("scala/"));
    }

    @Test
    void theToolsJarHoldsOnlyTools() throws IOException {
        assertThat(files("target/vitrine-dev.jar"))
                .contains("io/vitrine/dev/DevCli.class", "META-INF/BenchmarkList")
                .allMatch(name -> name.startsWith("io/vitrine/dev/") || name.startsWith("META-INF/"));
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
