package io.vitrine.report;

/** Receives a run's events. Calls come from several threads, one at a time. */
public interface RunListener {
    /** Ignores all events. */
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

    /**
     * The run has written all that it will. Comes before a failure for too many failed images, and not before any other.
     *
     * @param record of the whole run
     */
    default void finished(RunRecord record) {}
}
