package io.vitrine.fetch;

/** The bytes of an object stay valid until this is closed. Used by the task's thread. */
public interface KeptBytes extends AutoCloseable {
    /** Bytes of arrays that this keeps and nothing kept before. Objects that one read brought share arrays. */
    long bytes();

    @Override
    void close();
}
