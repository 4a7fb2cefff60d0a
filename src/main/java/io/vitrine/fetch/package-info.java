/**
 * Reads the bytes of images a few ahead of the task that uses them, within a bound of memory: whole objects, members of archives,
 * cells of tables. An image that cannot be read in time is rejected alone; a store that is gone stops the run.
 *
 * <p>May import Hadoop, {@code catalog}, {@code archive}, {@code web} and {@code net}.
 */
package io.vitrine.fetch;
