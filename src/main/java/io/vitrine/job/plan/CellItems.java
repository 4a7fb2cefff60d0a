package io.vitrine.job.plan;

import io.vitrine.RejectionReason;
import io.vitrine.catalog.ImageRef;
import io.vitrine.catalog.ImageSource;
import io.vitrine.job.rows.WorkItem;
import java.util.HashSet;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Set;
import org.apache.spark.api.java.function.FlatMapFunction2;
import org.apache.spark.sql.Row;

/**
 * The images that a task was asked for, from the rows of a table that came to it. Each path is done once, by its first row. A path
 * without a row becomes an image that is missing: the table has lost it since the plan was made.
 */
final class CellItems implements FlatMapFunction2<Iterator<Row>, Iterator<Row>, WorkItem> {
    private static final long serialVersionUID = 1;

    private final CellForm form;
    private final int carriedCount;

    /** @param carriedCount the number of carried columns */
    CellItems(CellForm form, int carriedCount) {
        this.form = form;
        this.carriedCount = carriedCount;
    }

    /**
     * Chooses rows.
     *
     * @param asked rows of one column, the path; their number is that of a task's images
     * @param cells rows of {@link CellTable#cells} with these paths, and perhaps others
     */
    @Override
    public Iterator<WorkItem> call(Iterator<Row> asked, Iterator<Row> cells) {
        Set<String> paths = new HashSet<>();
        asked.forEachRemaining(row -> paths.add(row.getString(0)));
        return new Iterator<>() {
            private Row next;

            @Override
            public boolean hasNext() {
                while (next == null && cells.hasNext()) {
                    Row row = cells.next();
                    next = paths.remove(row.getString(0)) ? row : null;
                }
                return next != null || !paths.isEmpty();
            }

            @Override
            public WorkItem next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                if (next == null) {
                    String lost = paths.iterator().next();
                    paths.remove(lost);
                    return lost(lost);
                }
                Row row = next;
                next = null;
                return item(row);
            }
        };
    }

    private WorkItem lost(String path) {
        ImageSource nothing = new ImageSource.Unavailable(
                RejectionReason.MISSING, "the table no longer has the row that it had when the run was planned");
        return new WorkItem(new ImageRef(path, -1, -1, null, nothing), new Object[carriedCount]);
    }

    /** The image of a row of {@link CellTable#cells}. */
    WorkItem item(Row row) {
        Object[] carried = new Object[carriedCount];
        for (int i = 0; i < carried.length; i++) {
            carried[i] = row.get(CellTable.COLUMN_COUNT + i);
        }
        long length = row.isNullAt(1) ? -1 : row.getLong(1);
        return new WorkItem(new ImageRef(row.getString(0), length, -1, row.getString(2), source(row)), carried);
    }

    private ImageSource source(Row row) {
        if (row.isNullAt(1)) {
            return new ImageSource.Unavailable(RejectionReason.MISSING, "the cell of the image is null");
        }
        return row.isNullAt(3) ? form.tooLarge(row.getLong(1)) : form.source(row.getAs(3));
    }
}
