package io.vitrine.vectors;

import io.vitrine.ConfigurationException;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The file formats that vectors can be written in. */
public enum VectorFormat {
    /** NumPy arrays (vectors, dimension), with the paths in Parquet files of the same rows. */
    NPY("npy", "npy"),
    /** Each vector as its dimension (int32) and its elements (float32), with the paths in Parquet files of the same rows. */
    FVECS("fvecs", "fvecs"),
    /** Parquet with {@code path} and {@code vector}, which Arrow reads as {@code fixed_size_list<float>}. */
    PARQUET_FIXED("parquet-fixed", "parquet"),
    /** The same, and Spark's own schema names the size, as Lance's connector for Spark wants it. */
    LANCE_READY("lance-ready", "parquet");

    private final String option;
    private final String suffix;

    VectorFormat(String option, String suffix) {
        this.option = option;
        this.suffix = suffix;
    }

    /** The end of a file's name, without its dot. */
    String suffix() {
        return suffix;
    }

    /** Whether the paths are in files of their own. */
    boolean hasPathFiles() {
        return this == NPY || this == FVECS;
    }

    /** The format's name on the command line. */
    @Override
    public String toString() {
        return option;
    }

    /** @throws ConfigurationException listing the formats */
    public static VectorFormat of(String option) {
        return Arrays.stream(values())
                .filter(format -> format.option.equals(option))
                .findFirst()
                .orElseThrow(() -> new ConfigurationException("--to " + option
                        + " is no format of vectors. Choose one of: "
                        + Arrays.stream(values()).map(VectorFormat::toString).collect(Collectors.joining(", ")) + "."));
    }
}
