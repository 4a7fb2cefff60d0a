/**
 * Exports models as self-contained folders for other tools.
 *
 * <p>May import {@code io.vitrine.model}, {@code io.vitrine.graph}, {@code io.vitrine.checkpoint} and Jackson.
 */
package io.vitrine.export;
