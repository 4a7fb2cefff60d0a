package io.vitrine.graph;

/**
 * A value in a described graph: a float tensor of shape (batch, tokens, width).
 *
 * @param id the printer's name of the value
 */
public record Tensor(String id, int tokens, int width) {}
