package io.vitrine.table.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.job.rows.InternalRowFrame;
import io.vitrine.table.FeatureTable;
import io.vitrine.table.OutputFormat;
import io.vitrine.testkit.LocalSpark;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.FileMetaData;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.internal.column.columnindex.ColumnIndex;
import org.apache.parquet.internal.column.columnindex.OffsetIndex;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Files with features written an array at a time hold what Parquet's own writer stores, for rows, ranges and indexes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FeatureFileWriterIT {
    private static final int ROWS = 3_000;
    private static final StructType SCHEMA = new StructType()
            .add("path", DataTypes.StringType)
            .add("vector", DataTypes.createArrayType(DataTypes.FloatType, false))
            .add("tags", DataTypes.createArrayType(DataTypes.StringType))
            .add("hidden", DataTypes.BinaryType)
            .add("matrix", DataTypes.createArrayType(DataTypes.FloatType, false));
    private static final Map<String, String> OPTIONS = Map.of(
            "parquet.enable.dictionary#vector", "false",
            "parquet.enable.dictionary#vector.list.element", "false",
            "parquet.enable.dictionary#hidden", "false",
            "parquet.enable.dictionary#matrix", "false",
            "parquet.enable.dictionary#matrix.list.element", "false",
            "parquet.block.size", "2000000",
            "parquet.page.size", "100000");

    @TempDir
    private static Path folder;

    private SparkSession spark;
    private FeatureTable table;
    private final List<Row> rows = new ArrayList<>();

    @BeforeAll
    void write() {
        spark = LocalSpark.session();
        Random random = new Random(11);
        for (int i = 0; i < ROWS; i++) {
            rows.add(i / 500 % 2 == 1 && i % 3 > 0 ? failed(i) : row(i, random));
        }
        table = FeatureTable.of(spark, OutputFormat.parquet, folder.toString());
        write("ours", OPTIONS);
        Map<String, String> parquets = new HashMap<>(OPTIONS);
        parquets.put("parquet.memory.pool.ratio", "0.95"); // a setting of Parquet's own writer
        write("parquets", parquets);
    }

    private static Row failed(int i) {
        return RowFactory.create("image-" + i, null, null, null, null);
    }

    private static Row row(int i, Random random) {
        float[] vector = new float[random.nextInt(4) == 0 ? random.nextInt(3) : 300];
        for (int at = 0; at < vector.length; at++) {
            vector[at] = i % 900 == 7 && at == 0 ? -0f : (float) random.nextGaussian();
        }
        byte[] hidden = new byte[random.nextInt(2_000)];
        random.nextBytes(hidden);
        float[] matrix = i % 700 == 3 ? new float[] {1, Float.NaN} : new float[] {i, -i};
        return RowFactory.create("image-" + i, vector, List.of("a", "b" + i % 5), hidden, matrix);
    }

    private void write(String run, Map<String, String> options) {
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        table.write(
                InternalRowFrame.of(spark, context.parallelize(rows, 1), SCHEMA),
                run,
                new FeatureTable.WriteOptions(options, Map.of("vitrine.run", "r")));
    }

    @AfterAll
    void stop() {
        spark.stop();
    }

    private static Path file(String run) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(path -> path.toString().contains("run=" + run)
                            && path.toString().endsWith(".parquet"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static <T> T read(String run, Reading<T> reading) throws IOException {
        org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(file(run).toUri());
        try (ParquetFileReader reader = ParquetFileReader.open(HadoopInputFile.fromPath(path, new Configuration()))) {
            return reading.of(reader);
        }
    }

    private interface Reading<T> {
        T of(ParquetFileReader reader) throws IOException;
    }

    /** What a file says about each column of each row group. */
    private static List<String> description(ParquetFileReader reader) {
        return reader.getFooter().getBlocks().stream()
                .flatMap(group -> group.getColumns().stream().map(column -> describe(reader, group, column)))
                .toList();
    }

    private static String describe(ParquetFileReader reader, BlockMetaData group, ColumnChunkMetaData column) {
        try {
            ColumnIndex index = reader.readColumnIndex(column);
            OffsetIndex offsets = reader.readOffsetIndex(column);
            return String.join(
                    "; ",
                    "" + column.getPath(),
                    "rows " + group.getRowCount(),
                    "values " + column.getValueCount(),
                    "encodings " + column.getEncodings(),
                    "codec " + column.getCodec(),
                    "range " + column.getStatistics(),
                    "pages from "
                            + IntStream.range(0, offsets.getPageCount())
                                    .mapToObj(page -> "" + offsets.getFirstRowIndex(page))
                                    .toList(),
                    "index " + index);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Row> rows(String run) {
        return table.written(run, SCHEMA).drop(FeatureTable.RUN).orderBy("path").collectAsList();
    }

    @Test
    void rowsAreThoseOfParquetsOwnWriter() {
        List<Row> ours = rows("ours");
        List<Row> parquets = rows("parquets");
        assertThat(ours).hasSize(ROWS);
        for (int i = 0; i < ROWS; i++) {
            assertThat(ours.get(i).json()).isEqualTo(parquets.get(i).json());
        }
    }

    @Test
    void conditionsSkipNoRowThatFulfilsThem() {
        for (String condition :
                List.of("vector IS NULL", "hidden IS NOT NULL", "path < 'image-2'", "size(vector) = 0")) {
            assertThat(table.written("ours", SCHEMA).where(condition).count())
                    .isEqualTo(
                            table.written("parquets", SCHEMA).where(condition).count())
                    .isPositive();
        }
    }

    @Test
    void schemaAndFooterAreThoseOfParquetsOwnWriter() throws IOException {
        FileMetaData ours = read("ours", ParquetFileReader::getFileMetaData);
        FileMetaData parquets = read("parquets", ParquetFileReader::getFileMetaData);
        assertThat(ours.getSchema().toString()).isEqualTo(parquets.getSchema().toString());
        assertThat(ours.getKeyValueMetaData())
                .containsEntry("vitrine.run", "r")
                .isEqualTo(parquets.getKeyValueMetaData());
    }

    /** Parquet's writer looks at the sizes of pages and groups less often, so only their content is compared. */
    @Test
    void rangesAndEncodingsOfAWholeFileAreThoseOfParquetsOwnWriter() throws IOException {
        Map<String, String> large = new HashMap<>(OPTIONS);
        large.put("parquet.block.size", "100000000");
        large.put("parquet.page.size", "50000000");
        large.put("parquet.page.row.count.limit", "700");
        write("ours-whole", large);
        large.put("parquet.memory.pool.ratio", "0.95");
        write("parquets-whole", large);
        List<String> ours = read("ours-whole", FeatureFileWriterIT::description);
        assertThat(ours).hasSize(SCHEMA.length());
        assertThat(ours).isEqualTo(read("parquets-whole", FeatureFileWriterIT::description));
    }

    @Test
    void rowGroupsAndPagesKeepToTheirSizes() throws IOException {
        read("ours", reader -> {
            assertThat(reader.getFooter().getBlocks()).hasSizeBetween(2, 4);
            for (BlockMetaData group : reader.getFooter().getBlocks()) {
                assertThat(group.getCompressedSize()).isLessThan(2_000_000);
            }
            return assertPages(reader);
        });
    }

    private static int assertPages(ParquetFileReader reader) throws IOException {
        PageReadStore group = reader.readNextRowGroup();
        PageReader pages = group.getPageReader(
                reader.getFileMetaData().getSchema().getColumns().get(1));
        List<Integer> bytes = new ArrayList<>();
        for (DataPage page = pages.readPage(); page != null; page = pages.readPage()) {
            bytes.add(page.getUncompressedSize());
        }
        assertThat(bytes).hasSizeGreaterThan(3);
        assertThat(bytes.subList(0, bytes.size() - 1)).allSatisfy(size -> assertThat(size)
                .isBetween(100_000, 103_000)); // the levels, and the row that made the page full
        return bytes.size();
    }
}
