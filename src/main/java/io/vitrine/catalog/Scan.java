package io.vitrine.catalog;

import java.io.Serializable;
import java.util.Iterator;
import java.util.Optional;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.sql.Row;

/** Counts the images of a listed archive, and gives its contents if they are small. */
final class Scan implements Function<ListedArchive, Scan.Scanned> {
    private static final long serialVersionUID = 1;

    private final MemberRows rows;
    private final long bytes;

    /** @param bytes the largest contents that are given */
    Scan(MemberRows rows, long bytes) {
        this.rows = rows;
        this.bytes = bytes;
    }

    /** What was found. A class, because an {@link Optional} is not serializable. */
    static final class Scanned implements Serializable {
        private static final long serialVersionUID = 1;

        private final long images;
        private final ListedArchive listed; // null if its contents are large

        private Scanned(long images, ListedArchive listed) {
            this.images = images;
            this.listed = listed;
        }

        long images() {
            return images;
        }

        Optional<ListedArchive> listed() {
            return Optional.ofNullable(listed);
        }
    }

    @Override
    public Scanned call(ListedArchive listed) {
        long images = 0;
        for (Iterator<Row> all = rows.call(listed); all.hasNext(); all.next()) {
            images++;
        }
        return new Scanned(images, listed.contents().bytes().length <= bytes ? listed : null);
    }
}
