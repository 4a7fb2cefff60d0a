/**
 * The public API, {@link io.vitrine.job.Extract}, and the run behind it: lease, commits, records.
 *
 * <p>May import Spark, the rooms of the job ({@code job.*}) and the rooms below. Only {@code cli} and {@code dev}
 * import it.
 */
package io.vitrine.job;
