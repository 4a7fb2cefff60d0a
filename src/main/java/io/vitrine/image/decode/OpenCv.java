package io.vitrine.image.decode;

import org.bytedeco.opencv.global.opencv_core;

/** OpenCV's libraries, loaded as this program needs them; JavaCPP reads its settings once, before anything else of it runs. */
public final class OpenCv {
    private static final String EXTENSION = "org.bytedeco.javacpp.platform.extension";

    static {
        // JavaCPP would count the model's memory as a leak of its own.
        System.setProperty("org.bytedeco.javacpp.maxPhysicalBytes", "0");
        // Nor need it look along the class path for CUDA's libraries, which took half a second.
        if (System.getProperty(EXTENSION) == null) {
            System.setProperty(EXTENSION, "");
        }
        opencv_core.setNumThreads(1); // Spark's slots are the only workers
    }

    private OpenCv() {}

    /** To be called before any class of JavaCPP's is used. */
    public static void load() {
        // the class is initialised by now
    }
}
