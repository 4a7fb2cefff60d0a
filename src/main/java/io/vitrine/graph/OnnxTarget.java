package io.vitrine.graph;

/** The hardware that an ONNX model is printed for. */
public enum OnnxTarget {
    /** Any: plain operations. */
    ANY,
    /**
     * GPUs: biases and residual sums are fused into the operations that follow, attention does without the biases of keys and
     * values, patches are cut out of bytes, and a mean over tokens is a product, which needs no cuDNN.
     */
    GPU
}
