package io.vitrine.compact;

/**
 * What one run takes of an output.
 *
 * @param files with rows
 * @param bytes of these files
 * @param rows in them
 * @param live rows that count
 * @param gone rows of images that are deleted
 */
record RunShare(long files, long bytes, long rows, long live, long gone) {
    static final RunShare NONE = new RunShare(0, 0, 0, 0, 0);

    /** The share of a run with one file. */
    static RunShare of(FileRows file) {
        return new RunShare(1, file.bytes(), file.rows(), file.live().cardinality(), file.gone());
    }

    RunShare plus(RunShare other) {
        return new RunShare(
                files + other.files, bytes + other.bytes, rows + other.rows, live + other.live, gone + other.gone);
    }

    /** Rows that do not count. */
    long dead() {
        return rows - live;
    }
}
