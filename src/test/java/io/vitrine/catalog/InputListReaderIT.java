package io.vitrine.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ConfigurationException;
import io.vitrine.StorageException;
import io.vitrine.testkit.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class InputListReaderIT {
    @TempDir
    private Path folder;

    private SparkSession spark;

    @BeforeAll
    void start() {
        spark = LocalSpark.session();
    }

    @AfterAll
    void stop() {
        spark.stop();
    }

    @Test
    void aTextFileHasOnePathPerLineAsItIsWritten() throws IOException {
        Path list = Files.writeString(
                folder.resolve("paths.txt"), "\uFEFFs3://photos/1.jpg\r\n  \n/data/a b.jpg \n/data/3.jpg", UTF_8);
        assertThat(paths(read(list, "path"), "path"))
                .containsExactly("s3://photos/1.jpg", "/data/a b.jpg ", "/data/3.jpg");
    }

    @Test
    void otherColumnsStayInTheirOrder() throws IOException {
        Path list = Files.writeString(folder.resolve("table.csv"), "id,file,source\n7,s3://a/1.jpg,s3://b/2.jpg\n");
        Dataset<Row> table = read(list, "file");
        assertThat(table.columns()).containsExactly("id", "file", "source");
        assertThat(table.first().getString(2)).isEqualTo("s3://b/2.jpg");
    }

    @Test
    void csvIsReadAsInRfc4180() throws IOException {
        Path list = Files.writeString(
                folder.resolve("quoted.csv"),
                String.join(
                        "\r\n",
                        "\uFEFFpath,\"the, title\",note",
                        "/data/1.jpg,\"a \"\"quoted\"\" word\",\"two",
                        "lines, one field\"",
                        "\"/data/a,b.jpg\",back\\slash,\"ends with \\\"",
                        "\"/data/line\nbreak.jpg\",,\" blanks stay \""),
                UTF_8);
        Dataset<Row> table = read(list, "path");
        assertThat(table.columns()).containsExactly("path", "the, title", "note");
        assertThat(table.collectAsList())
                .containsExactly(
                        RowFactory.create("/data/1.jpg", "a \"quoted\" word", "two\nlines, one field"),
                        RowFactory.create("/data/a,b.jpg", "back\\slash", "ends with \\"),
                        RowFactory.create("/data/line\nbreak.jpg", null, " blanks stay "));
    }

    @Test
    void tsvIsSeparatedByTabs() throws IOException {
        Path list = Files.writeString(folder.resolve("table.tsv"), "id\tpath\n7\t/data/1,2.jpg\n8\t\"a\tb.jpg\"\n");
        assertThat(paths(read(list, "path"), "path")).containsExactly("/data/1,2.jpg", "a\tb.jpg");
    }

    @Test
    void aMisspeltListIsShownInFull() {
        assertThatThrownBy(() -> read(folder.resolve("lists/nowhere.csv"), "path"))
                .isInstanceOf(StorageException.class)
                .hasMessage("Cannot read the input list " + folder + "/lists/nowhere.csv: no file of that name here: "
                        + folder + "/lists/nowhere.csv. Check its spelling; the nearest folder that exists is " + folder
                        + ".");
    }

    @Test
    void aMisspeltListWithoutExtensionIsShownInFull() {
        assertThatThrownBy(() -> read(folder.resolve("nowhere"), "path"))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("no file of that name here: " + folder + "/nowhere");
    }

    @Test
    void aListOnGoogleCloudStorageNamesTheConnectorToAdd() {
        assertThatThrownBy(() -> InputListReader.read(spark, "gs://lists/a.csv", "path"))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("Cannot read the input list gs://lists/a.csv: no connector for this scheme")
                .hasMessageContaining("for gs:// add --jars ");
    }

    @Test
    void aListWithoutPathColumnIsAConfigurationFault() throws IOException {
        Path list = Files.writeString(folder.resolve("other.csv"), "id,file\n7,/data/1.jpg\n");
        assertThatThrownBy(() -> read(list, "path"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("The input list " + list
                        + " has no column 'path'. It has: id, file. Name one with --path-column.");
    }

    private Dataset<Row> read(Path list, String pathColumn) {
        return InputListReader.read(spark, list.toString(), pathColumn);
    }

    private static List<String> paths(Dataset<Row> table, String column) {
        return table.select(column).collectAsList().stream()
                .map(row -> row.getString(0))
                .toList();
    }
}
