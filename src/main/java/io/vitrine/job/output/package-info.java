/**
 * What storage holds next to the rows: lease, records, identity, plans of runs in progress. It may use {@code request} and
 * {@code rows}.
 */
package io.vitrine.job.output;
