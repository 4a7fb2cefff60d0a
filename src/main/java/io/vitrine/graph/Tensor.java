package io.vitrine.graph;

/**
 * A value in a described graph: one {@code (batch, tokens, width)} float tensor.
 *
 * @param id the printer's name for it
 */
public record Tensor(String id, int tokens, int width) {}
