/**
 * Brings a checkpoint to this host from the place that {@code --model} names: the Hugging Face Hub, shared storage, or
 * a local folder. The Hub's files go to the cache that Python's huggingface_hub uses; copies and conversions go to the
 * model cache.
 *
 * <p>May import Hadoop, {@code catalog}, {@code checkpoint}, {@code convert}, {@code model} and {@code net}.
 */
package io.vitrine.hub;
