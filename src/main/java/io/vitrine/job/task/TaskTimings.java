package io.vitrine.job.task;

/** Where a task's time went, in nanoseconds. */
final class TaskTimings {
    long fetch;
    long prepare;
    long infer;
}
