package io.vitrine.table;

import io.vitrine.ConfigurationException;
import io.vitrine.spark.SparkLine;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.SparkConf;

/** The output's table format. */
public enum OutputFormat {
    /** Parquet files, one folder per run. */
    parquet(null, null),
    /** A Delta Lake table. */
    delta("io.delta.sql.DeltaSparkSessionExtension", SparkLine.delta()),
    /** An Iceberg table in a Hadoop catalog. */
    iceberg("org.apache.iceberg.spark.SparkCatalog", SparkLine.iceberg());

    private static final String EXTENSIONS = "spark.sql.extensions";
    private static final String CATALOG = "spark.sql.catalog.spark_catalog";

    private final String library;
    private final String coordinates;

    OutputFormat(String library, String coordinates) {
        this.library = library;
        this.coordinates = coordinates;
    }

    /**
     * The Spark settings this format needs when a session starts.
     *
     * @throws ConfigurationException if the format's library is not on the class path
     */
    public Map<String, String> settings(SparkConf conf) {
        requireLibrary("--output-format " + this);
        Map<String, String> settings = new LinkedHashMap<>();
        if (this == delta) {
            String others = conf.get(EXTENSIONS, "");
            if (!others.contains(library)) {
                settings.put(EXTENSIONS, others.isEmpty() ? library : others + "," + library);
            }
            if (!conf.contains(CATALOG)) {
                settings.put(CATALOG, "org.apache.spark.sql.delta.catalog.DeltaCatalog");
            }
        }
        return settings;
    }

    /**
     * Refuses to go on without this format's library.
     *
     * @param what the thing that needs it, for the message
     * @throws ConfigurationException naming the package to add
     */
    public void requireLibrary(String what) {
        if (!isAvailable()) {
            throw new ConfigurationException(what + " needs a library that is not on the class path. Add --packages "
                    + coordinates + " to spark-submit.");
        }
    }

    /**
     * Refuses a session that started without this format's settings.
     *
     * @param what the thing that needs them, for the message
     * @throws ConfigurationException naming the settings
     */
    public void requireSession(SparkConf conf, String what) {
        if (this == delta && !conf.get(EXTENSIONS, "").contains(library)) {
            throw new ConfigurationException(what + " can't be read in a Spark session that started without --conf "
                    + EXTENSIONS + "=" + library + " --conf " + CATALOG
                    + "=org.apache.spark.sql.delta.catalog.DeltaCatalog.");
        }
    }

    /** Whether this format's library is on the class path. */
    public boolean isAvailable() {
        if (library == null) {
            return true;
        }
        try {
            Class.forName(library, false, Thread.currentThread().getContextClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }
}
