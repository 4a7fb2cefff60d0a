package io.vitrine.duplicates;

import static org.apache.spark.sql.functions.asc;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.desc;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.row_number;

import io.vitrine.duplicates.DuplicatesRecord.Found;
import io.vitrine.search.page.GalleryPage;
import io.vitrine.search.page.PageFile;
import io.vitrine.search.page.Picture;
import io.vitrine.search.page.Pictures;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;

/**
 * Groups of duplicates as a page for a person: the largest, and those whose members are least like their representatives, which tell
 * whether the threshold is right. At most {@value #MOST} groups of {@value #MEMBERS} images: about 8 MB.
 */
public final class DuplicatesPage {
    private static final int MOST = 60;
    private static final int MEMBERS = 12;
    private static final Duration LIMIT = Duration.ofMinutes(5); // for all pictures
    private static final String SIZE = "members";
    private static final String LEAST = "least";

    private final SparkSession spark;
    private final PageFile file;

    /** A page that is written to {@code file}. */
    public DuplicatesPage(SparkSession spark, PageFile file) {
        this.spark = spark;
        this.file = file;
    }

    /**
     * Writes the page of groups that a {@link DuplicateFinder} has written.
     *
     * @param output its folder
     * @return how many images the page shows, and how many can't be shown, in a line
     */
    public String write(String output, DuplicatesRecord record) {
        Dataset<Row> rows = spark.read().schema(DuplicateRow.SCHEMA).parquet(output + "/" + DuplicateFinder.GROUPS);
        List<Row> groups = chosen(rows);
        Map<String, List<Row>> members = members(rows, groups);
        List<String> paths = new ArrayList<>();
        members.values().forEach(group -> group.forEach(row -> paths.add(row.getString(0))));
        List<Picture> pictures;
        try (Pictures reader = new Pictures(
                spark.sessionState().newHadoopConf(), record.source().output(), LIMIT)) {
            pictures = reader.of(paths);
        }
        List<GalleryPage.Section> sections = new ArrayList<>();
        int shown = 0;
        for (Row group : groups) {
            List<GalleryPage.Image> images = new ArrayList<>();
            for (Row row : members.get(group.getString(0))) {
                images.add(image(row, pictures.get(shown++), record.threshold()));
            }
            sections.add(new GalleryPage.Section(describe(group, images.size()), group.getString(0), images));
        }
        file.write(GalleryPage.of("Duplicates", facts(record, groups.size()), sections));
        return String.format(
                Locale.ROOT,
                "%s: %,d images of %,d groups, %,d of them can't be shown",
                file.location(),
                paths.size(),
                groups.size(),
                pictures.stream().filter(Picture.Unreadable.class::isInstance).count());
    }

    /** Representative, members and least similarity: half of the page for the largest groups, the rest for the least alike. */
    private static List<Row> chosen(Dataset<Row> rows) {
        Dataset<Row> groups = rows.groupBy(DuplicateRow.GROUP)
                .agg(count(lit(1)).as(SIZE), min(DuplicateRow.SIMILARITY).as(LEAST));
        Map<String, Row> chosen = new LinkedHashMap<>();
        List<Row> largest =
                groups.orderBy(desc(SIZE), asc(DuplicateRow.GROUP)).limit(MOST).collectAsList();
        largest.stream().limit(MOST / 2).forEach(row -> chosen.put(row.getString(0), row));
        List<Row> loosest =
                groups.orderBy(asc(LEAST), asc(DuplicateRow.GROUP)).limit(MOST).collectAsList();
        loosest.stream()
                .filter(row -> !chosen.containsKey(row.getString(0)))
                .limit(MOST - chosen.size())
                .toList()
                .forEach(row -> chosen.put(row.getString(0), row));
        return List.copyOf(chosen.values());
    }

    /** The representative of each group and the members that are least like it. */
    private static Map<String, List<Row>> members(Dataset<Row> rows, List<Row> groups) {
        Column order = row_number()
                .over(Window.partitionBy(DuplicateRow.GROUP)
                        .orderBy(
                                desc(DuplicateRow.REPRESENTATIVE),
                                asc(DuplicateRow.SIMILARITY),
                                asc(DuplicateRow.PATH)));
        Map<String, List<Row>> members = new LinkedHashMap<>();
        groups.forEach(group -> members.put(group.getString(0), new ArrayList<>()));
        rows.where(col(DuplicateRow.GROUP).isin(members.keySet().toArray()))
                .withColumn("place", order)
                .where(col("place").leq(MEMBERS))
                .orderBy(DuplicateRow.GROUP, "place")
                .collectAsList()
                .forEach(row -> members.get(row.getString(1)).add(row));
        return members;
    }

    private static GalleryPage.Image image(Row row, Picture picture, double threshold) {
        boolean isRepresentative = row.getBoolean(2);
        float similarity = row.getFloat(3);
        String label = isRepresentative
                ? "representative"
                : row.getString(4).equals(DuplicateRow.IDENTICAL)
                        ? DuplicateRow.IDENTICAL
                        : similarity < (float) threshold ? "through others" : "";
        return new GalleryPage.Image(picture, String.format(Locale.ROOT, "%.4f", similarity), label, row.getString(0));
    }

    private static String describe(Row group, int shown) {
        String images =
                String.format(Locale.ROOT, "%,d images, similarities from %.4f", group.getLong(1), group.getFloat(2));
        return shown == group.getLong(1)
                ? images
                : images + "; the representative and the " + (shown - 1) + " least like it";
    }

    private static List<String> facts(DuplicatesRecord record, int shown) {
        Found found = record.found();
        return List.of(
                String.format(
                        Locale.ROOT,
                        "%s of %s, made with %s; cosine of at least %s",
                        record.source().column(),
                        record.source().output(),
                        record.source().model(),
                        record.threshold()),
                String.format(
                        Locale.ROOT,
                        "%,d of %,d groups: the largest, then the least alike. All groups have %,d images: %,d have the bytes of"
                                + " their representative, %,d are near to it or to others that are.",
                        shown,
                        found.groups(),
                        found.members(),
                        found.identical(),
                        found.near()));
    }
}
