package io.vitrine.vectors;

import io.vitrine.ConfigurationException;
import io.vitrine.vectors.ResultFolder.Existing;

/**
 * Which vectors to write, where, and how. A validated request.
 *
 * @param features the output of {@code jobs/extract}
 * @param column its column of vectors
 * @param format of the files
 * @param element the type of an element
 * @param vectorsPerFile about this many vectors go into a file
 * @param folder for the files
 * @param existing what happens if the folder exists
 */
public record VectorsRequest(
        String features,
        String column,
        VectorFormat format,
        ElementType element,
        int vectorsPerFile,
        String folder,
        Existing existing) {

    /** The type of an element. */
    public enum ElementType {
        FLOAT32,
        FLOAT16
    }

    /** @throws ConfigurationException if the parts do not fit together */
    public VectorsRequest {
        if (element == ElementType.FLOAT16 && format != VectorFormat.NPY) {
            throw new ConfigurationException("--dtype float16 is for --to npy only; " + format
                    + " has no elements of 16 bits that its readers agree on. Leave --dtype out.");
        }
        if (vectorsPerFile < 1) {
            throw new ConfigurationException("--vectors-per-file is " + vectorsPerFile
                    + ", but a file holds at least one vector. The default is 100000.");
        }
    }
}
