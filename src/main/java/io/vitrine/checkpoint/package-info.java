/**
 * A checkpoint in the Hugging Face layout on the local disk: its typed {@code config.json}, its tensors, its fingerprint. Files
 * are untrusted: every length, name and shape is checked before it is used.
 *
 * <p>Imports Jackson and no other room. Knows no Hadoop, Spark or DJL.
 */
package io.vitrine.checkpoint;
