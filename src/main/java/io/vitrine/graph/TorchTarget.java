package io.vitrine.graph;

/** The hardware that a TorchScript module is printed for. */
public enum TorchTarget {
    /** Any: plain operations. */
    ANY,
    /** CPUs: the weights of linear layers are repacked when the module is loaded. */
    CPU,
    /**
     * CPUs with AMX: as {@link #CPU}. In bfloat16, large MLPs are also cut into pieces and attention is PyTorch's fused
     * operation.
     */
    AMX
}
