/**
 * Reads whole objects from storage, a few ahead of the task that uses them, within a bound of memory. An object that
 * cannot be read is rejected alone; a store that fails stops the run.
 *
 * <p>May import Hadoop and {@code catalog}.
 */
package io.vitrine.fetch;
