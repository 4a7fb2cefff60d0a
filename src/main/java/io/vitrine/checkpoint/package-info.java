/**
 * A checkpoint in the Hugging Face layout on the local disk: its typed {@code config.json}, its tensors, its
 * fingerprint. Files are untrusted: every length, name and shape is checked before it is used.
 *
 * <p>May import Jackson, and no other room.
 */
package io.vitrine.checkpoint;
