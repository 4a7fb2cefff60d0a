package io.vitrine.search.batch;

import static org.apache.spark.sql.functions.col;

import io.vitrine.ConfigurationException;
import io.vitrine.catalog.CanonicalPaths;
import io.vitrine.catalog.InputListReader;
import io.vitrine.index.IndexManifest;
import io.vitrine.index.IndexPart;
import io.vitrine.search.batch.ShardTasks.Shards;
import io.vitrine.vectors.CurrentVectors;
import io.vitrine.vectors.PathVector;
import io.vitrine.vectors.StorageFolder;
import io.vitrine.vectors.VectorRows;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/** The queries of a table. */
final class BatchQueries {
    private static final String PATH = "path";
    private static final String VECTOR = "vector";

    private final SparkSession spark;
    private final BatchRequest request;
    private final IndexManifest index;

    BatchQueries(SparkSession spark, BatchRequest request, IndexManifest index) {
        this.spark = spark;
        this.request = request;
        this.index = index;
    }

    /**
     * The queries with their vectors: those of an output, those of a column {@code vector} or of the index's name, or those that the
     * index has for the paths of the table.
     *
     * @throws ConfigurationException if the table has no paths, or a path twice
     */
    Found find(List<IndexPart> parts, Shards shards) {
        StorageFolder folder =
                new StorageFolder(request.queries(), spark.sessionState().newHadoopConf());
        if (folder.names().contains("_vitrine") // a file lists itself; in one, HDFS lists nothing but an error
                && folder.folder("_vitrine").names().contains("output.json")) {
            CurrentVectors vectors =
                    CurrentVectors.open(spark, request.queries(), index.source().column());
            vectors.source().requireComparable(index.source(), "the index " + request.index());
            return Found.all(VectorRows.of(vectors.rows()).map(new OfOutput()));
        }
        Dataset<Row> table = InputListReader.readTable(spark, request.queries());
        String path = pathColumn(table);
        requirePaths(table, path);
        return vectorColumn(table)
                .map(vector ->
                        Found.all(table.select(column(path), column(vector).cast(floats()))
                                .javaRDD()
                                .map(new OfTable())))
                .orElseGet(() -> rows(table.select(column(path)), parts, shards));
    }

    /**
     * Queries.
     *
     * @param asked all paths, if some may not be in the index
     */
    record Found(JavaRDD<QueryVector> vectors, Optional<JavaRDD<String>> asked) {
        static Found all(JavaRDD<QueryVector> vectors) {
            return new Found(vectors, Optional.empty());
        }
    }

    private Found rows(Dataset<Row> paths, List<IndexPart> parts, Shards shards) {
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        CanonicalPaths canonical =
                CanonicalPaths.ofWorkingFolder(spark.sessionState().newHadoopConf());
        JavaRDD<String> asked = paths.javaRDD().map(new ToPath(canonical)).distinct();
        JavaRDD<QueryVector> vectors =
                context.parallelize(parts, parts.size()).cartesian(asked).mapPartitions(new ShardTasks.LookUp(shards));
        return new Found(vectors, Optional.of(asked));
    }

    private String pathColumn(Dataset<Row> table) {
        List<String> names = Arrays.asList(table.columns());
        String path = names.size() == 1 ? names.get(0) : PATH;
        if (!names.contains(path) || !table.schema().apply(path).dataType().equals(DataTypes.StringType)) {
            throw new ConfigurationException("The table " + request.queries() + " has no column path of texts. It has: "
                    + table.schema().simpleString() + ".");
        }
        return path;
    }

    private Optional<String> vectorColumn(Dataset<Row> table) {
        List<String> names = Arrays.asList(table.columns());
        Optional<String> vector = Stream.of(VECTOR, index.source().column())
                .filter(names::contains)
                .findFirst();
        vector.ifPresent(name -> {
            DataType type = table.schema().apply(name).dataType();
            if (!(type instanceof ArrayType array)
                    || !Stream.of(DataTypes.FloatType, DataTypes.DoubleType)
                            .toList()
                            .contains(array.elementType())) {
                throw new ConfigurationException("The column " + name + " of " + request.queries() + " holds "
                        + type.simpleString() + ", not arrays of floats.");
            }
        });
        return vector;
    }

    private void requirePaths(Dataset<Row> table, String path) {
        if (!table.where(column(path).isNull()).isEmpty()) {
            throw new ConfigurationException("The table " + request.queries() + " has a row without a " + path + ".");
        }
        if (vectorColumn(table).isPresent()) {
            Dataset<Row> twice =
                    table.groupBy(column(path)).count().where(col("count").gt(1));
            twice.takeAsList(1).forEach(row -> {
                throw new ConfigurationException("The table " + request.queries() + " has " + row.getLong(1)
                        + " rows of " + row.getString(0) + ", whose answers could not be told apart.");
            });
        }
    }

    private static org.apache.spark.sql.Column column(String name) {
        return col("`" + name.replace("`", "``") + "`");
    }

    private static DataType floats() {
        return DataTypes.createArrayType(DataTypes.FloatType, true);
    }

    private static final class OfOutput implements Function<PathVector, QueryVector> {
        private static final long serialVersionUID = 1;

        @Override
        public QueryVector call(PathVector image) {
            return new QueryVector(image.path(), image.vector());
        }
    }

    private static final class OfTable implements Function<Row, QueryVector> {
        private static final long serialVersionUID = 1;

        @Override
        public QueryVector call(Row row) {
            List<Float> elements = row.isNullAt(1) ? List.of() : row.getList(1);
            float[] vector = new float[elements.size()];
            for (int i = 0; i < vector.length; i++) {
                Float element = elements.get(i);
                vector[i] = element == null ? Float.NaN : element;
            }
            return new QueryVector(row.getString(0), vector);
        }
    }

    private static final class ToPath implements Function<Row, String> {
        private static final long serialVersionUID = 1;
        private final CanonicalPaths canonical;

        ToPath(CanonicalPaths canonical) {
            this.canonical = canonical;
        }

        @Override
        public String call(Row row) {
            return canonical.of(row.getString(0));
        }
    }
}
