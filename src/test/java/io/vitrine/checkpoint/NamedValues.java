package io.vitrine.checkpoint;

/** The tensors of a checkpoint by name, as the independent forward passes read them. */
public interface NamedValues {
    /** Whether there is a tensor of this name. */
    boolean has(String name);

    /** Its values, row-major. */
    float[] values(String name);
}
