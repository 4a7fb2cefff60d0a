package io.vitrine.table.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which settings leave a file to Parquet's own writer. */
final class WriterSettingsTest {
    private static boolean needParquetsOwn(String name, String value) {
        Configuration conf = new Configuration(false);
        conf.set(name, value);
        return WriterSettings.needParquetsOwn(conf);
    }

    @ParameterizedTest
    @CsvSource({
        "parquet.crypto.factory.class, org.apache.parquet.crypto.keytools.PropertiesDrivenCryptoFactory",
        "parquet.encryption.kms.client.class, a.Kms",
        "parquet.encryption.footer.key, k",
        "parquet.encryption.column.keys, k: vector",
        "parquet.encryption.uniform.key, k",
        "parquet.encryption.plaintext.footer, true",
        "parquet.bloom.filter.enabled, true",
        "parquet.bloom.filter.enabled#path, true",
        "parquet.bloom.filter.expected.ndv#path, 1000",
        "parquet.bloom.filter.max.bytes, 1024",
        "parquet.writer.version, v2",
        "parquet.writer.version, PARQUET_2_0",
        "parquet.memory.pool.ratio, 0.5",
        "parquet.memory.min.chunk.size, 1048576",
        "parquet.validation, true"
    })
    void whatOnlyParquetsOwnWriterHonoursIsLeftToIt(String name, String value) {
        assertThat(needParquetsOwn(name, value)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "parquet.writer.version, v1",
        "parquet.writer.version, PARQUET_1_0",
        "parquet.compression, zstd",
        "parquet.compression.codec.zstd.level, 9",
        "parquet.block.size, 1000000",
        "parquet.page.size, 1000",
        "parquet.page.row.count.limit, 100",
        "parquet.page.write-checksum.enabled, false",
        "parquet.enable.dictionary, false",
        "parquet.enable.dictionary#vector, false",
        "parquet.columnindex.truncate.length, 8",
        "parquet.statistics.truncate.length, 8",
        "parquet.writer.max-padding, 0"
    })
    void theOthersAreNot(String name, String value) {
        assertThat(needParquetsOwn(name, value)).isFalse();
    }

    @Test
    void norIsAJobWithoutSettings() {
        assertThat(WriterSettings.needParquetsOwn(new Configuration())).isFalse();
    }
}
