package io.vitrine.image.isolate;

/** Where images are decoded. */
public enum DecodeIsolation {
    /** In this process, until something shows that an image may kill or hang it; then in a child process. */
    AUTO,
    /** In a child process. */
    PROCESS,
    /** In this process. */
    NONE
}
