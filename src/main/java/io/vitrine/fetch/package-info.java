/**
 * Reads whole objects from storage, a few ahead of the task that uses them, within a bound of memory. An object that
 * cannot be read in time is rejected alone; a store that is gone stops the run.
 *
 * <p>May import Hadoop, {@code catalog}, {@code web} and {@code net}.
 */
package io.vitrine.fetch;
