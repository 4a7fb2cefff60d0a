package io.vitrine.job.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ConfigurationException;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.catalog.ImageRef;
import io.vitrine.image.Pictures;
import io.vitrine.image.decode.ImageHeader;
import io.vitrine.image.decode.ImageLimits;
import io.vitrine.inference.BatchFeatures;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Results as rows: a table's column is carried through, and one feature tells which image of a batch it was made of. */
final class FeatureSchemaTest {
    private static final FeatureSchema SCHEMA =
            new FeatureSchema(List.of(carried("sku")), List.of(new IndexColumn("feature")));

    private static final ImageRef LISTED = new ImageRef("s3a://b/a.png", 17, 1_700_000_000_000L, "v1");

    /** A feature column whose value is the image's index in its batch. */
    private record IndexColumn(String name) implements FeatureColumn {
        @Override
        public StructField field() {
            return FeatureColumn.field(name, DataTypes.IntegerType, "int32", List.of());
        }

        @Override
        public Object value(BatchFeatures features, int index) {
            return index;
        }
    }

    private static StructField carried(String name) {
        return DataTypes.createStructField(name, DataTypes.StringType, true);
    }

    private static WorkItem item(ImageRef ref) {
        return new WorkItem(ref, new Object[] {"item-1"});
    }

    private static ImageHeader header() throws ImageRejectedException {
        return ImageHeader.read(Pictures.file(Pictures.drawn("png", 40, 30, 1)), ImageLimits.DEFAULT);
    }

    private static List<Object> values(Row row) {
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < row.length(); i++) {
            values.add(row.get(i));
        }
        return values;
    }

    private static List<Object> row(Object... values) {
        return new ArrayList<>(Arrays.asList(values));
    }

    @Test
    void columnsAreTheImagesThenTheCarriedThenTheFeatures() {
        assertThat(SCHEMA.schema().fieldNames())
                .containsExactly(
                        "path",
                        "status",
                        "error",
                        "length",
                        "modified",
                        "etag",
                        "format",
                        "width",
                        "height",
                        "sku",
                        "feature");
        assertThat(SCHEMA.carried()).extracting(StructField::name).containsExactly("sku");
        assertThat(SCHEMA.features()).extracting(StructField::name).containsExactly("feature");
    }

    @ParameterizedTest
    @ValueSource(strings = {"path", "Status", "HEIGHT", "run", "Feature", "SKU"})
    void aCarriedColumnWithTheNameOfAnotherIsRefused(String name) {
        List<StructField> carried = List.of(carried("sku"), carried(name));
        List<FeatureColumn> features = List.of(new IndexColumn("feature"));
        assertThatThrownBy(() -> new FeatureSchema(carried, features))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("which is also a column of the output. Rename it in the table.");
    }

    @Test
    void anExtractedImageHasItsHeaderAndTheFeaturesAtItsIndex() throws ImageRejectedException {
        ImageResult result = new ImageResult.Extracted(item(LISTED), LISTED, Optional.of(header()), null, 5);
        assertThat(values(SCHEMA.row(result)))
                .isEqualTo(row(
                        "s3a://b/a.png",
                        "ok",
                        null,
                        17L,
                        new Timestamp(1_700_000_000_000L),
                        "v1",
                        "png",
                        40,
                        30,
                        "item-1",
                        5));
    }

    @Test
    void aFailedImageWithAHeaderKeepsFormatAndSize() throws ImageRejectedException {
        ImageRejectedException rejection = new ImageRejectedException(RejectionReason.CORRUPT, "bad checksum");
        ImageResult result = new ImageResult.Failed(item(LISTED), LISTED, Optional.of(header()), rejection);
        assertThat(values(SCHEMA.row(result)))
                .startsWith("s3a://b/a.png", "corrupt", "bad checksum")
                .endsWith("png", 40, 30, "item-1", null);
    }

    @ParameterizedTest
    @EnumSource(RejectionReason.class)
    void aFailedImageWithoutHeaderHasOnlyItsReason(RejectionReason reason) {
        ImageRef ref = ImageRef.unlisted("s3a://b/gone.png");
        ImageResult result =
                new ImageResult.Failed(item(ref), ref, Optional.empty(), new ImageRejectedException(reason, "detail"));
        assertThat(values(SCHEMA.row(result)))
                .isEqualTo(row(
                        "s3a://b/gone.png",
                        RowStatus.of(reason),
                        "detail",
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        "item-1",
                        null));
    }

    @Test
    void aDeletedImageHasOnlyPathAndStatus() {
        Row deleted = SCHEMA.deleted("s3a://b/gone.png");
        assertThat(values(deleted).subList(0, 2)).containsExactly("s3a://b/gone.png", "deleted");
        assertThat(values(deleted).subList(2, deleted.length())).hasSize(9).containsOnlyNulls();
    }
}
