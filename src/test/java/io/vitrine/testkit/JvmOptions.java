package io.vitrine.testkit;

/** The options of Spark's JVMs, which the launchers give them too. */
public final class JvmOptions {
    /** An argument of {@code java} that names their file: one word for a {@link ProcessBuilder}, whatever the folder's name. */
    public static final String OF_SPARK = System.getProperty("vitrine.jvm.options");

    private JvmOptions() {}
}
