/**
 * Brings a checkpoint to this host, from wherever {@code --model} says: the Hugging Face Hub, shared storage, or a local folder. The
 * Hub's files go to the cache that Python's huggingface_hub uses; copies and conversions go to the model cache.
 *
 * <p>Imports Hadoop, and the rooms catalog, checkpoint and convert.
 */
package io.vitrine.hub;
