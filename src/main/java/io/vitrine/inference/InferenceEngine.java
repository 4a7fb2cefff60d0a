package io.vitrine.inference;

/** The library that runs a printed model. */
public enum InferenceEngine {
    onnxruntime("OnnxRuntime"),
    pytorch("PyTorch");

    private static final String LIBTORCH = "pytorch/cpu/linux-x86_64/libtorch_cpu.so";

    private final String djlName;

    InferenceEngine(String djlName) {
        this.djlName = djlName;
    }

    /** DJL's name of the engine. */
    String djlName() {
        return djlName;
    }

    /**
     * Whether the class path has the engine's native libraries for this machine. Always true of ONNX Runtime, whose own error
     * says what is missing.
     */
    public boolean isAvailable() {
        return this == onnxruntime
                || (System.getProperty("os.arch").equals("amd64")
                        && InferenceEngine.class.getClassLoader().getResource(LIBTORCH) != null);
    }
}
