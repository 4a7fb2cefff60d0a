package io.vitrine.inference;

/** What runs a printed model. */
public enum InferenceEngine {
    onnxruntime("OnnxRuntime"),
    pytorch("PyTorch");

    private static final String LIBTORCH = "pytorch/cpu/linux-x86_64/libtorch_cpu.so";

    private final String djlName;

    InferenceEngine(String djlName) {
        this.djlName = djlName;
    }

    String djlName() {
        return djlName;
    }

    /** Whether its native libraries for this machine are on the class path. */
    public boolean isHere() {
        return this == onnxruntime // it says itself what it lacks
                || System.getProperty("os.arch").equals("amd64")
                        && InferenceEngine.class.getClassLoader().getResource(LIBTORCH) != null;
    }
}
