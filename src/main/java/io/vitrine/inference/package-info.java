/**
 * Loads printed models on ONNX Runtime or PyTorch and runs them on batches of pixels. Also chooses engine and precision
 * for a machine, estimates memory, and caches models per JVM.
 *
 * <p>May import {@code graph}, {@code checkpoint}, {@code cuda}, {@code report}, DJL ({@code ai.djl}), ONNX Runtime ({@code
 * ai.onnxruntime}) and JNA. No other room may import ONNX Runtime.
 */
package io.vitrine.inference;
