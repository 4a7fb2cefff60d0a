/**
 * The public API, {@link io.vitrine.job.Extract}, and the run behind it: lease, commits, records. It may use every room of the job
 * and the rooms below; only {@code cli} and {@code dev} use it.
 */
package io.vitrine.job;
