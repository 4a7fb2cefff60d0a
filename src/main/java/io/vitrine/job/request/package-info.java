/**
 * What a run is asked for: validated, immutable requests with builders. It knows nothing of Spark and of no other room of the
 * job.
 */
package io.vitrine.job.request;
