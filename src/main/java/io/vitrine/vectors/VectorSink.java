package io.vitrine.vectors;

import java.io.Closeable;
import java.io.IOException;

/** A local file of vectors, or of what belongs to them. It is complete when it is closed. */
interface VectorSink extends Closeable {
    /** @param vector of the file's dimension; not kept */
    void append(String path, float[] vector) throws IOException;
}
