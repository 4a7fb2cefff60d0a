/**
 * Describes model architectures as graphs, and prints them as ONNX or TorchScript.
 *
 * <p>{@code Architecture} and its subclasses read like the papers. They call {@link io.vitrine.graph.GraphBuilder},
 * which one printer per format implements. Nothing here runs a model.
 *
 * <p>May import {@code checkpoint}, the ONNX protobuf classes ({@code ai.onnx}) and protobuf. No other room may import
 * these libraries.
 */
package io.vitrine.graph;
