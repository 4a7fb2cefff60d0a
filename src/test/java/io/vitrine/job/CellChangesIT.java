package io.vitrine.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables of plain files that others write to while a run goes on. */
final class CellChangesIT {
    private static final String LOST = "the table no longer has the row that it had when the run was planned";

    @TempDir
    private static Path folder;

    private static CellTableRuns tables;

    private String table;
    private String output;

    @BeforeAll
    static void start() {
        tables = CellTableRuns.onStore(folder, "cell-changes");
    }

    @AfterAll
    static void stop() {
        tables.close();
    }

    @BeforeEach
    void newFolders() {
        table = tables.newFolder();
        output = tables.newFolder();
    }

    private void write(String format, String where, String image) {
        tables.files()
                .where(where)
                .selectExpr("name AS id", image + " AS image")
                .coalesce(1)
                .write()
                .mode(SaveMode.Append)
                .format(format)
                .save(table);
    }

    @Test
    void rowsOfAFileThatIsGoneAreMissing() {
        write("parquet", "kind = 'star'", "content");
        String stars = tables.names(table).stream()
                .filter(name -> name.endsWith(".parquet"))
                .findFirst()
                .orElseThrow();
        write("parquet", "kind = 'ring'", "content");

        assertThat(tables.runWhile(() -> tables.delete(table + "/" + stars), table, output, "image", "id")
                        .images())
                .isEqualTo(Map.of("ok", 6L, "missing", 6L));
        Row lost = tables.rows(output).get("star-1.jpg");
        assertThat(lost.<String>getAs("status")).isEqualTo("missing");
        assertThat(lost.<String>getAs("error")).isEqualTo(LOST);

        write("parquet", "kind = 'star'", "content");
        assertThat(tables.run(table, output, "image", "id").images())
                .as("they are back")
                .isEqualTo(Map.of("ok", 6L));
    }

    /** The features and the digest of a row are of the same bytes. */
    @Test
    void aCellThatChangesIsDoneAsItIs() {
        write("json", "name = 'star-1.jpg'", "base64(content)");
        Runnable change = () -> {
            String file = tables.names(table).stream()
                    .filter(name -> name.endsWith(".json"))
                    .findFirst()
                    .orElseThrow();
            tables.delete(table + "/" + file);
            String ring = tables.files()
                    .where("name = 'ring-1.jpg'")
                    .selectExpr("to_json(struct('star-1.jpg' AS id, base64(content) AS image))")
                    .first()
                    .getString(0);
            tables.put(table + "/" + file, ring + "\n");
        };
        assertThat(tables.runWhile(change, table + "/*.json", output, "image", "id")
                        .images())
                .isEqualTo(Map.of("ok", 1L));
        assertThat(tables.run(table + "/*.json", output, "image", "id").total())
                .as("the second run finds the digest of the cell as it is")
                .isZero();
    }
}
