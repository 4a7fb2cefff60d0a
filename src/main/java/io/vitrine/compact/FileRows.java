package io.vitrine.compact;

import java.io.Serializable;
import java.util.BitSet;

/** What a scan finds in one file of an output: which of its rows count. A bit per row, so that the driver can hold all files'. */
final class FileRows implements Serializable {
    private static final long serialVersionUID = 1;

    private final BitSet live = new BitSet();
    private String run = "";
    private long bytes;
    private long rows;
    private long gone;

    /** Adds a row. */
    FileRows add(ScannedRow row) {
        run = row.run();
        bytes = row.fileBytes();
        rows++;
        if (row.isLive()) {
            live.set(Math.toIntExact(row.index()));
        }
        if (row.isGone()) {
            gone++;
        }
        return this;
    }

    /** Adds what another task found in the same file. */
    FileRows add(FileRows other) {
        if (other.rows > 0) {
            run = other.run;
            bytes = other.bytes;
        }
        rows += other.rows;
        gone += other.gone;
        live.or(other.live);
        return this;
    }

    String run() {
        return run;
    }

    /** The file's length. */
    long bytes() {
        return bytes;
    }

    long rows() {
        return rows;
    }

    /** The rows, by their index in the file, that are the newest of an image which is not deleted. */
    BitSet live() {
        return live;
    }

    /** Rows of images that are deleted. */
    long gone() {
        return gone;
    }
}
