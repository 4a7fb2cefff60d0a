/**
 * Runs kernels on an NVIDIA GPU: the CUDA driver's API and NVIDIA's run-time compiler, called with JNA. Works in the context that
 * ONNX Runtime uses too. Knows nothing of images.
 *
 * <p>May import JNA, and no other room.
 */
package io.vitrine.cuda;
