package io.vitrine.spark;

import io.vitrine.ConfigurationException;
import java.util.Optional;

/** The Spark that this process runs. */
public final class RunningSpark {
    private RunningSpark() {}

    /**
     * Refuses a Spark that this jar is not for: calls would fail with a {@code NoSuchMethodError} somewhere.
     *
     * @throws ConfigurationException naming the jar to use
     */
    public static void requireFitting() {
        version().ifPresent(version -> requireFitting(version, scala.util.Properties.versionNumberString()));
    }

    static void requireFitting(String version, String scala) {
        SparkLine ours = SparkLine.ofThisBuild();
        if (!ours.fits(version, scala)) {
            throw new ConfigurationException("This jar of Vitrine is for " + ours.describe() + ", and Spark here is "
                    + version + " for Scala " + scala + "; "
                    + SparkLine.of(version, scala)
                            .map(line -> "use " + line.jar() + ".jar.")
                            .orElse("no jar of Vitrine runs on that."));
        }
    }

    /** Empty where there is no Spark. */
    private static Optional<String> version() {
        try {
            return Optional.of(org.apache.spark.package$.MODULE$.SPARK_VERSION());
        } catch (LinkageError e) {
            return Optional.empty();
        }
    }
}
