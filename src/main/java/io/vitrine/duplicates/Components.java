package io.vitrine.duplicates;

/** Which of the numbers from 0 are connected: a union-find structure of 4 bytes per number. */
final class Components {
    private final int[] parents;

    Components(int size) {
        this.parents = new int[size];
        for (int i = 0; i < size; i++) {
            parents[i] = i;
        }
    }

    int size() {
        return parents.length;
    }

    /** The least number that {@code member} is connected with. */
    int root(int member) {
        int root = member;
        while (parents[root] != root) {
            parents[root] = parents[parents[root]];
            root = parents[root];
        }
        return root;
    }

    /** Connects two numbers. Returns whether they were not connected before. */
    boolean connect(int a, int b) {
        int rootA = root(a);
        int rootB = root(b);
        parents[Math.max(rootA, rootB)] = Math.min(rootA, rootB);
        return rootA != rootB;
    }
}
