package io.vitrine.image.decode;

import io.vitrine.PrivateFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.bytedeco.opencv.global.opencv_core;

/** Loads OpenCV's libraries with this program's settings. JavaCPP reads them once, when its first class is initialised. */
public final class OpenCv {
    private static final String EXTENSION = "org.bytedeco.javacpp.platform.extension";
    private static final String CACHE = "org.bytedeco.javacpp.cachedir";

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
        opencv_core.setNumThreads(1); // Spark's task slots are the parallelism
    }

    private OpenCv() {}

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
