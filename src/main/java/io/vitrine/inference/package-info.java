/**
 * Loads printed models on ONNX Runtime or PyTorch and runs them on batches of pixels.
 *
 * <p>Also chooses engine and precision for a machine, estimates memory, and caches models per JVM.
 *
 * <p>May import {@code io.vitrine.graph}, {@code io.vitrine.checkpoint}, {@code io.vitrine.report}, DJL ({@code ai.djl}), ONNX
 * Runtime ({@code ai.onnxruntime}) and JNA. Except for DJL, which {@code io.vitrine.djl} also uses, no other room may import
 * these libraries.
 */
package io.vitrine.inference;
