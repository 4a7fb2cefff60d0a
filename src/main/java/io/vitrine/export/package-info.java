/**
 * Exports models as self-contained folders for other tools.
 *
 * <p>May import {@code model}, {@code graph}, {@code checkpoint} and Jackson.
 */
package io.vitrine.export;
