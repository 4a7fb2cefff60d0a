package io.vitrine.image.decode;

import io.vitrine.PrivateFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.opencv.global.opencv_core;

/** Loads OpenCV's libraries with this program's settings. JavaCPP reads them once, when its first class is initialised. */
public final class OpenCv {
    private static final String EXTENSION = "org.bytedeco.javacpp.platform.extension";
    private static final String CACHE = "org.bytedeco.javacpp.cachedir";

    /** What OpenCV's and FFmpeg's libraries name and decoding does not call, by the folder of the jar that would hold it. */
    private static final List<String> UNCALLED = List.of(
            "openblas/%s/libopenblas.so.0",
            "ffmpeg/%s/libva.so.2",
            "ffmpeg/%s/libva-drm.so.2",
            "ffmpeg/%s/libdrm.so.2");

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

    /** Loads an empty library for each that this class path lacks: {@code vitrine.jar} has none. */
    private static void replaceUncalled() {
        String platform = Loader.getPlatform();
        if (!platform.equals("linux-x86_64") && !platform.equals("linux-arm64")) {
            return;
        }
        for (String library : UNCALLED) {
            String resource = String.format("org/bytedeco/" + library, platform);
            if (OpenCv.class.getClassLoader().getResource(resource) == null) {
                try {
                    Path folder = Files.createDirectories(Path.of(System.getProperty(CACHE)).toAbsolutePath());
                    EmptyLibrary.load(resource.substring(resource.lastIndexOf('/') + 1), folder);
                } catch (IOException e) {
                    throw new UncheckedIOException("Cannot write a library to " + System.getProperty(CACHE), e);
                }
            }
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
