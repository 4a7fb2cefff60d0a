package io.vitrine.inference;

/** The kind of processor that runs a model. */
public enum DeviceType {
    CPU,
    GPU
}
