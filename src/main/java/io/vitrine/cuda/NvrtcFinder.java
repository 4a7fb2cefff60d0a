package io.vitrine.cuda;

import io.vitrine.ConfigurationException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Finds the newest NVRTC of this machine whose code the driver takes. */
final class NvrtcFinder {
    private static final List<String> VARIABLES = List.of("CUDA_HOME", "CUDA_PATH");
    private static final int OLDEST_MAJOR = 11;
    private static final int OLDEST = 11070; // CUDA 11.7, the first that knows __grid_constant__
    private static final String OLDEST_TEXT = "11.7";

    private final List<Path> folders;

    private NvrtcFinder(List<Path> folders) {
        this.folders = folders;
    }

    /**
     * Looks where the loader looks, and into the toolkits that {@code environment} names or that lie in {@code toolkits}.
     *
     * @param toolkits {@code /usr/local}
     */
    static NvrtcFinder of(Map<String, String> environment, Path toolkits) {
        List<Path> folders = new ArrayList<>();
        for (String variable : VARIABLES) {
            String home = environment.getOrDefault(variable, "");
            if (!home.isEmpty()) {
                folders.add(Path.of(home, "lib64"));
                folders.add(Path.of(home, "lib"));
            }
        }
        List<Path> installed = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(toolkits, "cuda*")) {
            found.forEach(folder -> installed.add(folder.resolve("lib64")));
        } catch (IOException e) {
            // no toolkit there
        }
        installed.sort(Comparator.reverseOrder());
        folders.addAll(installed);
        return new NvrtcFinder(List.copyOf(folders));
    }

    /**
     * The compiler.
     *
     * @param newestMajor the major version of CUDA that the driver supports. Code of a newer compiler would not load
     * @throws ConfigurationException if there is none
     */
    Nvrtc find(int newestMajor) {
        List<String> failures = new ArrayList<>();
        for (int major = newestMajor; major >= OLDEST_MAJOR; major--) {
            String name = "libnvrtc.so." + suffix(major);
            List<String> candidates = new ArrayList<>(List.of(name));
            folders.stream()
                    .map(folder -> folder.resolve(name))
                    .filter(Files::isRegularFile)
                    .forEach(file -> candidates.add(file.toString()));
            for (String candidate : candidates) {
                try {
                    Nvrtc found = Nvrtc.load(candidate);
                    if (found.cuda() >= OLDEST) {
                        return found;
                    }
                    failures.add(candidate + " is " + found.version() + ", which is too old");
                } catch (UnsatisfiedLinkError e) {
                    failures.add(NativeLibraries.reason(e));
                }
            }
        }
        throw new ConfigurationException(missing(newestMajor, failures));
    }

    String missing(int newestMajor, List<String> failures) {
        boolean oldest = newestMajor == OLDEST_MAJOR;
        String suffix = suffix(newestMajor);
        return "There is no NVRTC, NVIDIA's run-time compiler, of CUDA " + OLDEST_TEXT + " to " + newestMajor
                + " on this machine. Install cuda-nvrtc-" + newestMajor + (oldest ? "-8" : "-0")
                + " from NVIDIA's package repository, libnvrtc" + suffix
                + " of Debian or Ubuntu, or nvidia-cuda-nvrtc" + (newestMajor < 13 ? "-cu" + newestMajor : "")
                + " with pip, and put the folder of libnvrtc.so." + suffix
                + " on LD_LIBRARY_PATH. Looked for it there, in CUDA_HOME, CUDA_PATH and " + folders + ": " + failures;
    }

    private static String suffix(int major) {
        return major == OLDEST_MAJOR ? "11.2" : Integer.toString(major); // 11.2 to 11.8 have one name
    }
}
