package io.vitrine.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which rows of a table a second run does. */
final class CellTableRerunsIT {
    @TempDir
    private static Path folder;

    private static CellTableRuns tables;

    private String table;
    private String output;

    @BeforeAll
    static void start() {
        tables = CellTableRuns.onStore(folder, "cell-reruns");
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

    @Test
    void aRunDoesTheRowsWhoseBytesHaveChanged() {
        tables.files()
                .where("kind IN ('star', 'ring')")
                .selectExpr("name AS id", "content AS image")
                .write()
                .parquet(table);
        long all = tables.run(table, output, "image", "id").ok();

        table = tables.newFolder();
        tables.files()
                .where("kind IN ('star', 'ring', 'cross')")
                .selectExpr("name AS id", "if(kind = 'ring', concat(content, cast('x' AS binary)), content) AS image")
                .write()
                .parquet(table);
        assertThat(tables.run(table, output, "image", "id").ok())
                .as("changed and new ones")
                .isEqualTo(all);
    }

    @Test
    void aRunDoesTheRowsWhosePictureIsGone() {
        tables.files()
                .where("kind = 'star'")
                .selectExpr("name AS id", "content AS image")
                .write()
                .parquet(table);
        tables.run(table, output, "image", "id");

        table = tables.newFolder();
        tables.files()
                .where("kind = 'star'")
                .selectExpr("name AS id", "if(name LIKE '%1.%', null, content) AS image")
                .write()
                .parquet(table);
        long gone = tables.files().where("kind = 'star' AND name LIKE '%1.%'").count();
        assertThat(gone).isPositive();
        assertThat(tables.run(table, output, "image", "id").failed()).isEqualTo(gone);
        assertThat(tables.rows(output).values())
                .filteredOn(row -> row.<String>getAs("path").contains("1."))
                .allSatisfy(row -> assertThat(row.<String>getAs("status")).isEqualTo("missing"));
    }

    @Test
    void ofSeveralRowsWithOneIdOneIsDoneOnce() {
        tables.files()
                .where("kind = 'star'")
                .selectExpr("'same' AS id", "content AS image")
                .write()
                .parquet(table);
        assertThat(tables.run(table, output, "image", "id").ok()).isOne();
        assertThat(tables.run(table, output, "image", "id").total())
                .as("the second run")
                .isZero();
    }
}
