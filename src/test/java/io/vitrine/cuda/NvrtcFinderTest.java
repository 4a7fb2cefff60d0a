package io.vitrine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which library is taken, on libraries that know their version only. Their numbers are not in use. */
final class NvrtcFinderTest {
    @TempDir
    private Path folder;

    @Test
    void takesTheNewestThatTheDriverSupports() throws Exception {
        library("usr/cuda-98.1/lib64", 98, 1);
        library("usr/cuda-98.2/lib64", 98, 2);
        library("home/lib", 97, 0);
        library("path/lib64", 96, 5);
        NvrtcFinder finder = finder();
        assertThat(finder.find(99).version()).isEqualTo("NVRTC 98.2");
        assertThat(finder.find(98).version()).isEqualTo("NVRTC 98.2");
        assertThat(finder.find(97).version()).isEqualTo("NVRTC 97.0");
        assertThat(finder.find(96).version()).isEqualTo("NVRTC 96.5");
    }

    @Test
    void aToolkitThatTheEnvironmentNamesComesFirst() throws Exception {
        library("usr/cuda-95.4/lib64", 95, 4);
        library("path/lib64", 95, 3);
        library("home/lib64", 95, 2);
        assertThat(finder().find(95).version()).isEqualTo("NVRTC 95.2");
    }

    @Test
    void passesOverALibraryThatDoesNotLoad() throws Exception {
        Path broken = Files.createDirectories(folder.resolve("home/lib64")).resolve("libnvrtc.so.98");
        Files.writeString(broken, "This is no library.");
        library("home/lib", 97, 0);
        assertThat(finder().find(98).version()).isEqualTo("NVRTC 97.0");
    }

    /** 11.2 to 11.8 have one name. */
    @Test
    void passesOverAnOldOne() throws Exception {
        library("home/lib64", "11.2", 11, 6);
        assertThatThrownBy(() -> finder().find(11))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("of CUDA 11.7 to 11 on this machine. Install cuda-nvrtc-11-8 from")
                .hasMessageContaining("put the folder of libnvrtc.so.11.2 on")
                .hasMessageContaining("libnvrtc.so.11.2 is NVRTC 11.6, which is too old");
        library("path/lib64", "11.2", 11, 7);
        assertThat(finder().find(11).version()).isEqualTo("NVRTC 11.7");
    }

    @Test
    void saysWhatToInstallAndWhereItLooked() throws Exception {
        Files.createDirectories(folder.resolve("usr/cuda-12.4"));
        assertThat(finder().missing(12, List.of("reason")))
                .startsWith("There is no NVRTC, NVIDIA's run-time compiler, of CUDA 11.7 to 12 on this machine.")
                .contains("libnvrtc12", "nvidia-cuda-nvrtc-cu12 with pip", "LD_LIBRARY_PATH", "cuda-12.4", "[reason]");
        assertThat(finder().missing(13, List.of())).contains("libnvrtc.so.13", "nvidia-cuda-nvrtc with pip");
    }

    private NvrtcFinder finder() {
        Map<String, String> environment = Map.of(
                "CUDA_HOME", folder.resolve("home").toString(),
                "CUDA_PATH", folder.resolve("path").toString());
        return NvrtcFinder.of(environment, folder.resolve("usr"));
    }

    private void library(String parent, int major, int minor) throws IOException, InterruptedException {
        library(parent, Integer.toString(major), major, minor);
    }

    private void library(String parent, String suffix, int major, int minor) throws IOException, InterruptedException {
        Path source = folder.resolve("version.cpp");
        Files.writeString(
                source,
                "extern \"C\" int nvrtcVersion(int *major, int *minor) { *major = " + major + "; *minor = " + minor
                        + "; return 0; }\n");
        Path library = Files.createDirectories(folder.resolve(parent)).resolve("libnvrtc.so." + suffix);
        GnuCompiler.compile(source, library, List.of());
    }
}
