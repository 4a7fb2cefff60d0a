package io.vitrine.duplicates;

/**
 * Compares each vector with each: blocks by the hash of the path, each of which visits half of the others.
 *
 * @param blocks an odd number
 */
record HashedBlocks(int blocks) implements Placement {
    @Override
    public Place place(String path, float[] unit) {
        int home = Placement.part(path, blocks);
        return new Place(home, Placement.nextHalf(home, blocks, 0));
    }
}
