/**
 * What a run is asked for: validated, immutable requests with builders.
 *
 * <p>May import no other room of the job, and no Spark. It names types of the rooms below (engines, formats, limits),
 * and reads JSON with Jackson.
 */
package io.vitrine.job.request;
