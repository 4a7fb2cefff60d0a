package io.vitrine.table.parquet;

import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.hadoop.ParquetOutputFormat;

/** Settings of Parquet's writer, as its own output format reads them. */
final class WriterSettings {
    private static final String DICTIONARY = ParquetOutputFormat.ENABLE_DICTIONARY + "#";

    /** Settings that only Parquet's own writer honours. */
    private static final String[] FOREIGN = {
        "parquet.bloom.filter",
        "parquet.crypto",
        "parquet.encryption",
        ParquetOutputFormat.MEMORY_POOL_RATIO,
        ParquetOutputFormat.MIN_MEMORY_ALLOCATION,
        ParquetOutputFormat.VALIDATION
    };

    private WriterSettings() {}

    /** Whether {@code conf} asks for something that only Parquet's own writer does. */
    static boolean needParquetsOwn(Configuration conf) {
        boolean firstVersion =
                ParquetOutputFormat.getWriterVersion(conf) == WriterVersion.PARQUET_1_0; // Spark's default
        return !firstVersion
                || conf.getPropsWithPrefix("parquet.").keySet().stream()
                        .map(name -> "parquet." + name)
                        .anyMatch(name -> Stream.of(FOREIGN).anyMatch(name::startsWith));
    }

    /** Whether dictionaries are off for a column by name. */
    static boolean isPlain(Configuration conf, String column) {
        return !conf.getBoolean(DICTIONARY + column, true);
    }

    static ParquetProperties properties(Configuration conf) {
        ParquetProperties.Builder properties = ParquetProperties.builder()
                .withPageSize(ParquetOutputFormat.getPageSize(conf))
                .withDictionaryPageSize(ParquetOutputFormat.getDictionaryPageSize(conf))
                .withDictionaryEncoding(ParquetOutputFormat.getEnableDictionary(conf))
                .estimateRowCountForPageSizeCheck(ParquetOutputFormat.getEstimatePageSizeCheck(conf))
                .withMinRowCountForPageSizeCheck(ParquetOutputFormat.getMinRowCountForPageSizeCheck(conf))
                .withMaxRowCountForPageSizeCheck(ParquetOutputFormat.getMaxRowCountForPageSizeCheck(conf))
                .withColumnIndexTruncateLength(conf.getInt(
                        ParquetOutputFormat.COLUMN_INDEX_TRUNCATE_LENGTH,
                        ParquetProperties.DEFAULT_COLUMN_INDEX_TRUNCATE_LENGTH))
                .withStatisticsTruncateLength(conf.getInt(
                        ParquetOutputFormat.STATISTICS_TRUNCATE_LENGTH,
                        ParquetProperties.DEFAULT_STATISTICS_TRUNCATE_LENGTH))
                .withPageRowCountLimit(conf.getInt(
                        ParquetOutputFormat.PAGE_ROW_COUNT_LIMIT, ParquetProperties.DEFAULT_PAGE_ROW_COUNT_LIMIT))
                .withPageWriteChecksumEnabled(ParquetOutputFormat.getPageWriteChecksumEnabled(conf));
        conf.getPropsWithPrefix(DICTIONARY)
                .forEach((column, enabled) -> properties.withDictionaryEncoding(column, Boolean.parseBoolean(enabled)));
        return properties.build();
    }

    static PlainColumn.PageLimits pageLimits(ParquetProperties properties) {
        return new PlainColumn.PageLimits(properties.getPageSizeThreshold(), properties.getPageRowCountLimit());
    }
}
