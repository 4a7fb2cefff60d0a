package io.vitrine.checkpoint;

import io.vitrine.Size;
import java.util.Optional;

/**
 * How queries and keys are rotated by the place of their patch, in a {@link TowerOptions tower}.
 *
 * @param theta base of the frequencies
 * @param reference the grid that rows and columns are scaled to, whatever the image's grid is; without one they are not scaled
 * @param offset what is added to rows and columns before they are scaled
 * @param order which of the two the first half of a head's angles is for
 */
public record PatchRotation(Kind kind, double theta, Optional<Size> reference, double offset, Order order) {

    /** What the angles are made of, and which components form a pair. */
    public enum Kind {
        /** Row and column; learned angles rotate the class token. Pairs are half a head apart. */
        WITH_CLASS_TOKEN,
        /** Row and column, in patches of the reference. Pairs are neighbours; tokens before the patches are not rotated. */
        NEIGHBOURS,
        /** The centre of the patch, from -1 to 1. Pairs are half a head apart; tokens before the patches are not rotated. */
        CENTRES
    }

    /** Whether rows or columns come first. */
    public enum Order {
        ROWS_FIRST,
        COLUMNS_FIRST
    }

    /** A rotation by rows and columns as they are. */
    static PatchRotation of(Kind kind, double theta) {
        return new PatchRotation(kind, theta, Optional.empty(), 0, Order.ROWS_FIRST);
    }

    /** Whether class and register tokens stay as they are. */
    public boolean sparesPrefix() {
        return kind != Kind.WITH_CLASS_TOKEN;
    }
}
