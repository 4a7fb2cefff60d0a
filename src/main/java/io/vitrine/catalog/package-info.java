/**
 * Finds the images of a run: lists folders, globs and single objects of any Hadoop file system by their names as they are,
 * finds the members of archives, counts what is no image, reads tables, and cuts the result into tasks. Also turns locations
 * into paths, and a file system's exceptions into messages, for every room that uses storage.
 *
 * <p>May import Hadoop, Spark, {@code archive}, {@code net} and, for versions in messages and counts of what is left out,
 * {@code report}.
 */
package io.vitrine.catalog;
