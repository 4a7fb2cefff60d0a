package io.vitrine.job;

/** Where a task's time went, in nanoseconds. */
final class Timings {
    long fetch;
    long prepare;
    long infer;
}
