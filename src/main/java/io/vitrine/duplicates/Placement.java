package io.vitrine.duplicates;

import java.io.Serializable;

/**
 * Where vectors are compared. Each has one block as its home, in which it is compared with the other residents, and visits further
 * blocks, in which it is compared with their residents. The place of a vector depends on its path and on the vector only.
 */
interface Placement extends Serializable {
    /** The number of blocks. */
    int blocks();

    /**
     * Places a vector.
     *
     * @param unit of norm 1
     */
    Place place(String path, float[] unit);

    /** The blocks of a vector. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Place(int home, int[] visits) {}

    /** A part by the hash of a path. */
    static int part(String path, int parts) {
        long mixed = path.hashCode() * 0x9E3779B97F4A7C15L; // hashes of numbered paths lie close together
        return (int) Math.floorMod(mixed >>> 32, (long) parts);
    }

    /** An odd number of parts of at most {@code most} members. */
    static int parts(long members, int most) {
        long parts = Math.max(1, (members + most - 1) / most);
        return Math.toIntExact(parts | 1);
    }

    /** The parts that a member of {@code home} visits, so that of each two parts one visits the other: the next half of a circle. */
    static int[] nextHalf(int home, int parts, int first) {
        int[] visits = new int[parts / 2];
        for (int i = 0; i < visits.length; i++) {
            visits[i] = first + (home + 1 + i) % parts;
        }
        return visits;
    }
}
