package io.vitrine.duplicates;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.udf;

import io.vitrine.catalog.ImageRef;
import io.vitrine.vectors.CurrentVectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;

/**
 * Objects with identical bytes, by what their store says of them: the same etag, the same length. That holds where an etag is a digest
 * of the content: MD5 in S3, also that of the digests of an upload's parts. Members of archives have the archive's etag, which says
 * nothing of them.
 */
final class Copies {
    /** The path of an object that has the bytes of another. */
    static final String PATH = CurrentVectors.PATH;

    /** Of the objects with these bytes the one of the least path. */
    static final String FIRST = "copy_of";

    private static final String DIGEST = "^\"?[0-9a-f]{32}(-[0-9]+)?\"?$";
    private static final String STORE = "s3a://";

    private Copies() {}

    /** {@link #PATH} and {@link #FIRST} of each copy but the first. */
    static Dataset<Row> in(Dataset<Row> rows) {
        UDF1<String, Boolean> isMember = ImageRef::isMember;
        Column ofMember = udf(isMember, DataTypes.BooleanType).apply(col(PATH));
        Dataset<Row> objects = rows.select(PATH, CurrentVectors.ETAG, CurrentVectors.LENGTH)
                .where(col(CurrentVectors.ETAG)
                        .rlike(DIGEST)
                        .and(col(CurrentVectors.LENGTH).isNotNull())
                        .and(col(PATH).startsWith(STORE))
                        .and(not(ofMember)));
        Dataset<Row> contents = objects.groupBy(
                        col(CurrentVectors.ETAG).as("content_etag"),
                        col(CurrentVectors.LENGTH).as("content_length"))
                .agg(count(PATH).as("objects"), min(PATH).as(FIRST))
                .where(col("objects").gt(1));
        return objects.join(
                        contents,
                        col(CurrentVectors.ETAG)
                                .equalTo(col("content_etag"))
                                .and(col(CurrentVectors.LENGTH).equalTo(col("content_length"))))
                .where(col(PATH).notEqual(col(FIRST)))
                .select(PATH, FIRST);
    }
}
