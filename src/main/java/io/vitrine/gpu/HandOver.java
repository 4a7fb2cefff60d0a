package io.vitrine.gpu;

/** Why the CPU decodes an image. The record of a run counts each. */
public enum HandOver {
    /** Not a JPEG. */
    FORMAT,
    /** A progressive or arithmetic-coded JPEG, or one of another process than sequential Huffman coding of 8 bits. */
    PROCESS,
    /** Sampling factors that the kernels do not upsample. */
    SAMPLING,
    /** Anything unusual in the file's structure, which the CPU judges. */
    STRUCTURE,
    /** The data did not decode cleanly; the CPU gives the pixels or the verdict. */
    DATA,
    /** The preprocessing does not take an image of this size, or takes it at a reduced size, or has steps that the kernels lack. */
    PREPROCESSING,
    /** The image needs more memory than decoding may take on the device. */
    SIZE,
    /** The device ran out of memory, or failed. */
    DEVICE
}
