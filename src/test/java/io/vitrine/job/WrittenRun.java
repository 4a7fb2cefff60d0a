package io.vitrine.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.report.RunRecord;
import io.vitrine.testkit.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * What a run wrote.
 *
 * @param rows of each file in its order, without the run's name
 * @param metadata of the files
 * @param page the report
 */
record WrittenRun(RunRecord record, List<List<String>> rows, Map<String, String> metadata, String page) {
    private static final Pattern PICTURE = Pattern.compile("data:image/jpeg;base64,[^\"]+");

    /** The run of {@code record}, the only one of the output. */
    static WrittenRun read(SparkSession spark, Path output, RunRecord record) throws IOException {
        List<List<String>> rows = new ArrayList<>();
        Map<String, String> metadata = new TreeMap<>();
        for (Path file : Folders.filesBelow(output).stream()
                .filter(path -> path.toString().endsWith(".parquet"))
                .sorted()
                .toList()) {
            rows.add(spark.read().parquet(file.toString()).drop("run").collectAsList().stream()
                    .map(Row::json)
                    .toList());
            metadata.putAll(metadata(file));
        }
        return new WrittenRun(
                record, rows, metadata, Files.readString(output.resolve("_vitrine/" + record.run() + ".html")));
    }

    private static Map<String, String> metadata(Path file) throws IOException {
        try (ParquetFileReader reader = ParquetFileReader.open(
                HadoopInputFile.fromPath(new org.apache.hadoop.fs.Path(file.toUri()), new Configuration()))) {
            Map<String, String> metadata =
                    new TreeMap<>(reader.getFileMetaData().getKeyValueMetaData());
            metadata.remove("vitrine.run");
            return metadata;
        }
    }

    /** The report's. */
    private Set<String> pictures() {
        return PICTURE.matcher(page).results().map(MatchResult::group).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Whether rows, files, statistics and pictures are those of another run. */
    void assertEqualTo(WrittenRun other) {
        assertThat(rows).isEqualTo(other.rows);
        assertThat(metadata).isEqualTo(other.metadata);
        assertThat(record.images()).isEqualTo(other.record.images());
        assertThat(pictures()).isNotEmpty().isEqualTo(other.pictures());
        assertThat(record.details().images().bytesRead())
                .isEqualTo(other.record.details().images().bytesRead());
        assertThat(record.details().images().formats())
                .isEqualTo(other.record.details().images().formats());
    }
}
