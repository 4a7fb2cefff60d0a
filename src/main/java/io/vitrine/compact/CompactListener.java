package io.vitrine.compact;

/** Receives what a compaction does. What it throws before {@link Step#COMMITTED} ends the compaction, and nothing has changed. */
public interface CompactListener {
    /** The steps of a compaction, in order. */
    enum Step {
        /** The lease is held, and a marker says that a compaction has begun. */
        STARTED,
        ROWS_WRITTEN,
        ORIGINS_WRITTEN,
        /** The compaction counts. */
        COMMITTED
    }

    /** Says for a person what will be done. */
    void planned(String plan);

    /** A step has ended. */
    default void ended(Step step) {}
}
