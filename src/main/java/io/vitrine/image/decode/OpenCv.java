package io.vitrine.image.decode;

import org.bytedeco.opencv.global.opencv_core;

/** Loads OpenCV's libraries with this program's settings. JavaCPP reads them once, when its first class is initialised. */
public final class OpenCv {
    private static final String EXTENSION = "org.bytedeco.javacpp.platform.extension";

    static {
        // Off: JavaCPP would take the model's native memory for its own leak.
        System.setProperty("org.bytedeco.javacpp.maxPhysicalBytes", "0");
        // None: by default JavaCPP searches the class path for CUDA's libraries, which delays the start.
        if (System.getProperty(EXTENSION) == null) {
            System.setProperty(EXTENSION, "");
        }
        opencv_core.setNumThreads(1); // Spark's task slots are the parallelism
    }

    private OpenCv() {}

    /** Must be called before any class of JavaCPP is used. */
    public static void load() {
        // calling it initialises this class
    }
}
