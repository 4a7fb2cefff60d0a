/**
 * The members of tar and zip archives: which there are, where their bytes lie, and how they are unpacked in memory. Nothing is
 * written to disk, so names such as {@code ../x} are text and no more.
 *
 * <p>May import Commons Compress and Hadoop's streams.
 */
package io.vitrine.archive;
