package io.vitrine.job;

import io.vitrine.job.task.Counters;
import java.util.Map;

/**
 * One commit of a run, before it is known to succeed.
 *
 * @param id the name of its folder under the output
 * @param expected rows it must have
 * @param counters of its tasks
 * @param approximation each output's error against fp32, as text
 */
record CommitAttempt(String id, long expected, Counters counters, Map<String, String> approximation) {}
