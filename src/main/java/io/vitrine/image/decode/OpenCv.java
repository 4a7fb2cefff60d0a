package io.vitrine.image.decode;

import io.vitrine.PrivateFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.bytedeco.opencv.global.opencv_core;

/** Loads OpenCV's libraries with this program's settings. JavaCPP reads them once, when its first class is initialised. */
public final class OpenCv {
    private static final String EXTENSION = "org.bytedeco.javacpp.platform.extension";
    private static final String CACHE = "org.bytedeco.javacpp.cachedir";

    private static final String LOADING = "org.bytedeco.javacpp.loadlibraries";
    private static final String OPENBLAS = "openblas";

    /** What OpenCV's and FFmpeg's libraries name and decoding does not call, by the folder of the jar that would hold it. */
    private static final Map<String, List<String>> UNCALLED = Map.of(
            OPENBLAS, List.of("libopenblas.so.0"), "ffmpeg", List.of("libva.so.2", "libva-drm.so.2", "libdrm.so.2"));

    static {
        NativeMessages.drop();
        // Off: JavaCPP would take the model's native memory for its own leak.
        System.setProperty("org.bytedeco.javacpp.maxPhysicalBytes", "0");
        // None: by default JavaCPP searches the class path for CUDA's libraries, which delays the start.
        if (System.getProperty(EXTENSION) == null) {
            System.setProperty(EXTENSION, "");
        }
        if (System.getProperty(CACHE) == null) {
            System.setProperty(CACHE, libraryFolder()); // JavaCPP may choose one that anybody could have made
        }
        replaceUncalled();
        opencv_core.setNumThreads(1); // Spark's task slots are the parallelism
    }

    private OpenCv() {}

    /** Loads empty libraries where this class path lacks the real ones: {@code vitrine.jar} has none. */
    private static void replaceUncalled() {
        String platform = Loader.getPlatform();
        if (!platform.equals("linux-x86_64") && !platform.equals("linux-arm64")) {
            return;
        }
        Path folder = Path.of(System.getProperty(CACHE)).toAbsolutePath();
        UNCALLED.forEach((jar, libraries) -> {
            String first = "org/bytedeco/" + jar + "/" + platform + "/" + libraries.get(0);
            if (OpenCv.class.getClassLoader().getResource(first) == null) {
                libraries.forEach(library -> loadEmpty(library, folder));
                if (jar.equals(OPENBLAS)) {
                    initializeWithoutLibraries(openblas_nolapack.class, openblas.class);
                }
            }
        });
    }

    /** JavaCPP initialises the classes of OpenBLAS before those of OpenCV, and they would load its libraries. */
    private static void initializeWithoutLibraries(Class<?>... types) {
        String before = System.getProperty(LOADING, "true");
        System.setProperty(LOADING, "false");
        try {
            for (Class<?> type : types) {
                Class.forName(type.getName(), true, type.getClassLoader());
            }
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e); // it was found above
        } finally {
            System.setProperty(LOADING, before);
        }
    }

    private static void loadEmpty(String library, Path folder) {
        try {
            EmptyLibrary.load(library, Files.createDirectories(folder));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write a library to " + folder, e);
        }
    }

    private static String libraryFolder() {
        try {
            return PrivateFolder.orTemporary("javacpp").toString();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot unpack OpenCV's libraries", e);
        }
    }

    /** Must be called before any class of JavaCPP is used. */
    public static void load() {
        // calling it initialises this class
    }
}
