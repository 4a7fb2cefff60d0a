/**
 * What executors run: fetch, decode, infer, lazily and one batch at a time. It may use {@code request}, {@code rows} and
 * {@code gpu}.
 */
package io.vitrine.job.task;
