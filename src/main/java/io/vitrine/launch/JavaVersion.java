package io.vitrine.launch;

/** The Java releases that Spark 3.5 runs on. The launchers themselves refuse releases that cannot load Vitrine's classes. */
final class JavaVersion {
    private static final int FIRST_UNSUPPORTED = 23;

    private JavaVersion() {}

    /**
     * Checks a feature release, such as 17.
     *
     * @throws LaunchException if Spark 3.5 fails on it
     */
    static void requireSupported(int feature) {
        if (feature >= FIRST_UNSUPPORTED) {
            throw LaunchException.configuration("Java " + feature + " is too new: Spark 3.5 does not run on Java "
                    + FIRST_UNSUPPORTED + " or later. Set JAVA_HOME to a JDK 17.");
        }
    }
}
