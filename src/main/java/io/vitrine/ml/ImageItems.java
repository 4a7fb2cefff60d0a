package io.vitrine.ml;

import io.vitrine.job.rows.WorkItem;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;

/** The images of a partition's rows. Each carries a copy of the columns that are kept of its row. */
final class ImageItems implements FlatMapFunction<Iterator<InternalRow>, WorkItem> {
    private static final long serialVersionUID = 1;

    private final ImageForm form;
    private final int image;
    private final List<Expression> kept;

    /**
     * @param image place of the image
     * @param kept bound to the rows
     */
    ImageItems(ImageForm form, int image, List<Expression> kept) {
        this.form = form;
        this.image = image;
        this.kept = kept;
    }

    @Override
    public Iterator<WorkItem> call(Iterator<InternalRow> rows) {
        UnsafeProjection columns = UnsafeProjection.create(Plans.<Expression>seq(kept));
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return rows.hasNext();
            }

            @Override
            public WorkItem next() {
                InternalRow row = rows.next(); // whose memory Spark reuses
                return new WorkItem(
                        form.image(row, image), new Object[] {columns.apply(row).copy()});
            }
        };
    }
}
