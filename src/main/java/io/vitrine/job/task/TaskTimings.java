package io.vitrine.job.task;

/** Where one task's time went, in nanoseconds. Used by one thread. */
final class TaskTimings {
    long fetchNanos;
    long decodeNanos;
    long inferNanos;
}
