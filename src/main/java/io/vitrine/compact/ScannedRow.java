package io.vitrine.compact;

import org.apache.spark.sql.Row;

/**
 * Where a row is, and whether it counts.
 *
 * @param file as Spark names it
 * @param index of the row in the file
 * @param isLive whether it is the newest of its image, which is not deleted
 * @param isGone whether its image is deleted
 */
record ScannedRow(String file, long index, long fileBytes, String run, boolean isLive, boolean isGone) {
    /** Reads the columns of {@link RowScan}. */
    static ScannedRow of(Row row) {
        return new ScannedRow(
                row.getString(0),
                row.getLong(1),
                row.getLong(2),
                row.getString(3),
                row.getBoolean(4),
                row.getBoolean(5));
    }
}
