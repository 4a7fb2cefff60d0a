/**
 * Converts weights of PyTorch and Flax to safetensors. Both formats are read as untrusted data: nothing in them is
 * executed, and every length is checked before memory is allocated for it.
 *
 * <p>May import MessagePack and {@code checkpoint}. No other room may import MessagePack.
 */
package io.vitrine.convert;
