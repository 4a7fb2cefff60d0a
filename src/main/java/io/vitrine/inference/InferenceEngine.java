package io.vitrine.inference;

import io.vitrine.ConfigurationException;

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
                || (fitsThisMachine() && InferenceEngine.class.getClassLoader().getResource(LIBTORCH) != null);
    }

    /** @throws ConfigurationException unless it {@link #isAvailable} */
    void requireAvailable() {
        if (!fitsThisMachine()) {
            throw new ConfigurationException(
                    "--engine pytorch and --precision bf16 need PyTorch, which runs on Linux on"
                            + " x86-64 only. Leave both options out on this machine.");
        }
        if (!isAvailable()) {
            throw new ConfigurationException(
                    "--engine pytorch and --precision bf16 need PyTorch, which is in a jar of its own."
                            + " Add --jars vitrine-pytorch.jar, which is built next to Vitrine's, or leave both options out.");
        }
    }

    private boolean fitsThisMachine() {
        return this == onnxruntime
                || (System.getProperty("os.arch").equals("amd64")
                        && System.getProperty("os.name").equals("Linux"));
    }
}
