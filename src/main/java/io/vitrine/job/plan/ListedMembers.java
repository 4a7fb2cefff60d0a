package io.vitrine.job.plan;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import io.vitrine.RejectionReason;
import io.vitrine.catalog.ArchiveListing;
import io.vitrine.catalog.ImageRefSchema;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Finds the bytes of members of archives that a list of paths names. Each archive is read once, by one task. */
final class ListedMembers {
    // Names that no column of the list has.
    private static final String ARCHIVE = "vitrine_archive";
    private static final String MEMBER = "vitrine_member";
    private static final String DAMAGE = "vitrine_damage";

    private ListedMembers() {}

    /**
     * The same images, where their bytes are. A member that is not there, or that damage of its archive hides, is a row that says
     * so.
     *
     * @param images of an input list, some of them members
     * @param slots tasks that run at the same time
     */
    static ImageTable find(ImageTable images, ReadArchives read, int slots) {
        Dataset<Row> rows = images.rows().withColumn(ARCHIVE, ArchiveListing.archiveOfMember());
        Column isMember = not(col(ARCHIVE).equalTo(""));
        Dataset<Row> archives = rows.where(isMember)
                .select(ImageRefSchema.unlisted(col(ARCHIVE)))
                .dropDuplicates(ImageRefSchema.PATH)
                .repartition(
                        slots * ArchivedImages.ARCHIVES_PER_SLOT); // Spark may have left one partition of small rows
        ArchiveListing listing = read.listPaths(archives);
        listing.read(); // once, before both sides of the join ask for it at the same time
        Dataset<Row> found = listing.images();
        Column isArchive = ArchiveListing.archiveOfMember().equalTo("");
        Dataset<Row> members = found.where(not(isArchive)).select(state().as(MEMBER));
        Dataset<Row> damaged = found.where(isArchive).select(state().as(DAMAGE));
        Dataset<Row> joined = rows.join(
                        members, col(ImageRefSchema.PATH).equalTo(field(MEMBER, ImageRefSchema.PATH)), "left")
                .join(damaged, col(ARCHIVE).equalTo(field(DAMAGE, ImageRefSchema.PATH)), "left");
        return images.withRows(joined.select(columns(images.rows(), isMember)));
    }

    private static Column state() {
        return struct(
                col(ImageRefSchema.PATH),
                col("length"),
                col("modified"),
                col("etag"),
                col(ImageRefSchema.SOURCE_COLUMN));
    }

    private static Column field(String side, String name) {
        return col(side + "." + name);
    }

    private static Column[] columns(Dataset<Row> images, Column isMember) {
        List<Column> columns = new ArrayList<>();
        for (String name : images.columns()) {
            boolean isState = columns.size() > 0 && columns.size() < ImageRefSchema.COLUMN_COUNT - 1;
            if (isState) {
                columns.add(coalesce(field(MEMBER, name), col(name)).as(name));
            } else if (name.equals(ImageRefSchema.SOURCE_COLUMN)) {
                columns.add(coalesce(field(MEMBER, name), field(DAMAGE, name), when(isMember, absent()), col(name))
                        .as(name));
            } else {
                columns.add(col("`" + name.replace("`", "``") + "`"));
            }
        }
        return columns.toArray(Column[]::new);
    }

    private static Column absent() {
        return ImageRefSchema.unavailable(RejectionReason.MISSING, "its archive has no member of this name");
    }
}
