/**
 * Searches an index for pictures, texts and rows.
 *
 * <p>May import {@code index}, {@code vectors}, {@code hub}, {@code model}, {@code inference}, {@code text},
 * {@code image}, {@code checkpoint}, {@code catalog}, Jackson and Hadoop.
 */
package io.vitrine.search;
