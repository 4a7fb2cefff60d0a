package io.vitrine.report;

/** Hears what a run does. Calls come from several threads, one after the other. */
public interface RunListener {
    /** Hears nothing. */
    RunListener NONE = new RunListener() {};

    /** A phase begins. */
    default void phase(RunPhase phase) {}

    /**
     * The run knows what it will do.
     *
     * @param plan the plan, for a person: lines of text
     * @param images images to do
     */
    default void planned(String plan, long images) {}

    /**
     * Images have been done.
     *
     * @param done images so far, failed ones included
     * @param failed images so far without features
     */
    default void progress(long done, long failed) {}
}
