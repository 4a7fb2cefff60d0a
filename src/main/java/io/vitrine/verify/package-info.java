/**
 * Compares this program with reference vectors: decoded pixels, preprocessed pixel values and model outputs, computed
 * by the program's own code.
 *
 * <p>May import {@code checkpoint}, {@code convert}, {@code graph}, {@code gpu}, {@code image}, {@code inference}, {@code model} and
 * Jackson.
 */
package io.vitrine.verify;
