/**
 * Loads printed models on ONNX Runtime or PyTorch and runs them on batches of pixels. Also chooses engine and precision
 * for a machine, estimates memory, and caches models per JVM.
 *
 * <p>May import {@code graph}, {@code checkpoint}, {@code report}, DJL ({@code ai.djl}), ONNX Runtime ({@code
 * ai.onnxruntime}) and JNA. No other room may import these libraries; only {@code djl} may import DJL too.
 */
package io.vitrine.inference;
