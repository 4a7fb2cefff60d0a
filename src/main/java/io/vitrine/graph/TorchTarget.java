package io.vitrine.graph;

/** What a printed module will run on. */
enum TorchTarget {
    /** Anything: plain operations. */
    ANY,
    /** CPUs: weights are packed when the module is loaded. */
    CPU,
    /** CPUs with AMX: and in bfloat16 those of an MLP are cut, if they are large, and attention is PyTorch's fused one. */
    AMX
}
