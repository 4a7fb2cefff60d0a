package io.vitrine.table.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.job.rows.InternalRowFrame;
import io.vitrine.table.FeatureTable;
import io.vitrine.table.OutputFormat;
import io.vitrine.testkit.Folders;
import io.vitrine.testkit.LocalSpark;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.crypto.keytools.KeyToolkit;
import org.apache.parquet.crypto.keytools.KmsClient;
import org.apache.parquet.crypto.keytools.PropertiesDrivenCryptoFactory;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table that is to be encrypted is encrypted. */
final class EncryptedTableIT {
    private static final StructType SCHEMA = new StructType()
            .add("path", DataTypes.StringType)
            .add("vector", DataTypes.createArrayType(DataTypes.FloatType, false));
    private static final Map<String, String> KEYS = Map.of(
            "parquet.crypto.factory.class",
            PropertiesDrivenCryptoFactory.class.getName(),
            "parquet.encryption.kms.client.class",
            Kms.class.getName(),
            "parquet.encryption.uniform.key",
            "master",
            "parquet.enable.dictionary#vector",
            "false");

    /** Wraps every key by one that is in the program. */
    public static final class Kms implements KmsClient {
        private static final byte[] MASTER = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

        @Override
        public void initialize(Configuration conf, String instance, String url, String token) {
            // nothing to connect to
        }

        @Override
        public String wrapKey(byte[] key, String master) {
            return KeyToolkit.encryptKeyLocally(key, MASTER, master.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public byte[] unwrapKey(String wrapped, String master) {
            return KeyToolkit.decryptKeyLocally(wrapped, MASTER, master.getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void neitherFooterNorPathsAreReadableWithoutTheKey(@TempDir Path folder) throws IOException {
        SparkSession spark = LocalSpark.session();
        try {
            List<Row> rows = List.of(
                    RowFactory.create("a-secret-path", new float[] {1, 2}),
                    RowFactory.create("another-secret-path", null));
            FeatureTable.of(spark, OutputFormat.parquet, folder.toString())
                    .write(
                            InternalRowFrame.of(
                                    spark,
                                    JavaSparkContext.fromSparkContext(spark.sparkContext())
                                            .parallelize(rows, 1),
                                    SCHEMA),
                            "run",
                            new FeatureTable.WriteOptions(KEYS, Map.of("vitrine.run", "r")));
            Path file = Folders.filesBelow(folder).stream()
                    .filter(path -> path.toString().endsWith(".parquet"))
                    .findFirst()
                    .orElseThrow();
            byte[] bytes = Files.readAllBytes(file);
            assertThat(ascii(Arrays.copyOf(bytes, 4))).isEqualTo("PARE");
            assertThat(ascii(Arrays.copyOfRange(bytes, bytes.length - 4, bytes.length)))
                    .isEqualTo("PARE");
            assertThat(ascii(bytes)).doesNotContain("secret-path").doesNotContain("vitrine.run");
            assertThatThrownBy(
                    () -> spark.read().schema(SCHEMA).parquet(file.toString()).collectAsList());
            assertThat(spark.read()
                            .schema(SCHEMA)
                            .options(KEYS)
                            .parquet(file.toString())
                            .orderBy("path")
                            .toJSON()
                            .collectAsList())
                    .containsExactly(
                            "{\"path\":\"a-secret-path\",\"vector\":[1.0,2.0]}", "{\"path\":\"another-secret-path\"}");
        } finally {
            spark.stop();
        }
    }

    private static String ascii(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
