/**
 * Compares this program with reference vectors: decoded pixels, preprocessed pixel values and model outputs, computed by the
 * program's own code.
 *
 * <p>Imports the rooms checkpoint, convert, graph, image, inference and model, and Jackson.
 */
package io.vitrine.verify;
