package io.vitrine.launch;

import io.vitrine.spark.SparkLine;

/**
 * The Java releases that Spark runs on. From 23 on, Java lacks a method that Hadoop calls ({@code Subject.getSubject}): in Hadoop
 * 3.3, which Spark 3.5 has, and in Hadoop 3.4, which Spark 4.1 has. The launchers themselves refuse releases that cannot load
 * Vitrine's classes.
 */
final class JavaVersion {
    private static final int FIRST_UNSUPPORTED = 23;

    private JavaVersion() {}

    /**
     * Checks a feature release, such as 17.
     *
     * @throws LaunchException if Spark fails on it
     */
    static void requireSupported(int feature) {
        if (feature >= FIRST_UNSUPPORTED) {
            throw LaunchException.configuration("Java " + feature + " is too new: Spark "
                    + SparkLine.ofThisBuild().spark() + " does not run on Java " + FIRST_UNSUPPORTED
                    + " or later. Set JAVA_HOME to a JDK 17.");
        }
    }
}
