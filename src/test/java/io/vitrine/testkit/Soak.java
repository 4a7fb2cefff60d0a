package io.vitrine.testkit;

/** How much a test of {@code io.vitrine.soak} does: a bounded part in every build, all of it with {@code jobs/soak}. */
public final class Soak {
    private static final String PROPERTY = "vitrine.soak";

    private Soak() {}

    /** Whether everything runs: the system property {@code vitrine.soak} is {@code full}. */
    public static boolean isFull() {
        return "full".equals(System.getProperty(PROPERTY));
    }

    /** {@code full} if everything runs, else {@code bounded}. */
    public static int rounds(int bounded, int full) {
        return isFull() ? full : bounded;
    }
}
