package io.vitrine;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.spark.SparkLine;
import io.vitrine.testkit.ElfFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The native libraries in the jars: those of Linux on x86-64 and on arm64, each with all that it needs. */
final class ShippedLibrariesIT {
    private static final long MIB = 1 << 20;

    /** Of glibc and GCC, on every host. */
    private static final Set<String> OF_THE_HOST = Set.of(
            "libc.so.6",
            "libm.so.6",
            "libdl.so.2",
            "librt.so.1",
            "libpthread.so.0",
            "libstdc++.so.6",
            "libgcc_s.so.1",
            "ld-linux-x86-64.so.2",
            "ld-linux-aarch64.so.1");

    /** {@code OpenCv} loads empty libraries of these names. */
    private static final Set<String> UNCALLED =
            Set.of("libopenblas.so.0", "libva.so.2", "libva-drm.so.2", "libdrm.so.2");

    /** Names of the functions by which a library could report usage. */
    private static final Set<String> NETWORK =
            Set.of("socket", "connect", "getaddrinfo", "gethostbyname", "sendto", "sendmsg", "curl_easy_perform");

    private static final Path JAR = SparkLine.ofThisBuild().jar(Path.of(""));

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"", "vitrine-djl.jar"})
    void bothMachinesHaveTheSameLibraries(String jar) throws IOException {
        Map<String, ElfFile> libraries = libraries(jar);
        assertThat(of(libraries, ElfFile.X86_64))
                .isEqualTo(of(libraries, ElfFile.AARCH64))
                .hasSizeGreaterThan(10);
        libraries.forEach((path, library) -> assertThat(library.machine())
                .as(path)
                .isEqualTo(path.contains("arm64") || path.contains("aarch64") ? ElfFile.AARCH64 : ElfFile.X86_64));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "vitrine-djl.jar"})
    void everyLibraryFindsWhatItNeeds(String jar) throws IOException {
        Map<String, ElfFile> libraries = libraries(jar);
        libraries.forEach((path, library) -> {
            Set<String> missing = new TreeSet<>(library.needed());
            missing.removeAll(OF_THE_HOST);
            missing.removeAll(UNCALLED);
            missing.removeAll(of(libraries, library.machine()));
            libraries.values().stream()
                    .filter(other -> other.machine() == library.machine())
                    .forEach(other -> missing.removeAll(other.names()));
            assertThat(missing).as(path + " in " + jar).isEmpty();
        });
    }

    @Test
    void noLibraryOfTheEngineCanReportUsage() throws IOException {
        Map<String, ElfFile> engines = libraries("");
        engines.keySet().removeIf(path -> !path.startsWith("ai/onnxruntime/"));
        assertThat(engines).hasSize(4);
        engines.forEach((path, library) ->
                assertThat(library.imports()).as(path).contains("malloc").doesNotContainAnyElementsOf(NETWORK));
    }

    @Test
    void pyTorchIsInAJarOfItsOwn() throws IOException {
        assertThat(names(JAR)).noneMatch(path -> path.contains("torch"));
        assertThat(names(JAR.resolveSibling("vitrine-pytorch.jar")))
                .contains("pytorch/cpu/linux-x86_64/libtorch_cpu.so", "jnilib/linux-x86_64/cpu/libdjl_torch.so")
                .allMatch(path -> path.contains("linux-x86_64"));
    }

    @Test
    void theJarStaysSmall() throws IOException {
        assertThat(Files.size(JAR)).isLessThan(90 * MIB);
    }

    private static Set<String> of(Map<String, ElfFile> libraries, int machine) {
        return libraries.entrySet().stream()
                .filter(library -> library.getValue().machine() == machine)
                .map(library -> library.getKey().replaceFirst(".*/", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The paths of libraries in a jar, which are all for Linux. */
    private static List<String> names(Path jar) throws IOException {
        try (JarFile entries = new JarFile(jar.toFile())) {
            List<String> names = entries.stream()
                    .map(JarEntry::getName)
                    .filter(name -> name.matches(".*\\.(so(\\.[0-9.]+)?|so\\.[0-9]+|dll|dylib|jnilib)"))
                    .toList();
            assertThat(names).isNotEmpty().allMatch(name -> name.matches(".*\\.so(\\.[0-9.]+)?"));
            return names;
        }
    }

    /**
     * Libraries by path in a jar.
     *
     * @param jar the name of one beside the product's; empty for the product's
     */
    private Map<String, ElfFile> libraries(String jar) throws IOException {
        Path path = jar.isEmpty() ? JAR : JAR.resolveSibling(jar);
        Map<String, ElfFile> libraries = new TreeMap<>();
        try (JarFile entries = new JarFile(path.toFile())) {
            for (String name : names(path)) {
                Path copy = folder.resolve("library.so");
                Files.copy(entries.getInputStream(entries.getEntry(name)), copy);
                libraries.put(name, ElfFile.map(copy));
                Files.delete(copy); // the mapping stays
            }
        }
        return libraries;
    }
}
