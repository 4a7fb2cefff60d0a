package io.vitrine.graph;

/** The hardware that an ONNX model is printed for. */
public enum OnnxTarget {
    /** Any: plain operations. */
    ANY,
    /** GPUs: biases and residual sums are fused into the operations that follow. */
    GPU
}
