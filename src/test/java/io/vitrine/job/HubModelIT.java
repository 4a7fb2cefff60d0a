package io.vitrine.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.checkpoint.SmallCheckpoint;
import io.vitrine.hub.FakeHub;
import io.vitrine.image.Pictures;
import io.vitrine.testkit.Launchers;
import io.vitrine.testkit.LocalSpark;
import io.vitrine.testkit.ProcessResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One run through the launcher, with a gated checkpoint of the Hub and every column. */
final class HubModelIT {
    private static final int IMAGES = 3;

    @TempDir
    private static Path folder;

    private static ProcessResult result;
    private static StructType schema;
    private static List<Row> rows;

    @BeforeAll
    static void run() throws IOException {
        Path images = Files.createDirectory(folder.resolve("images"));
        for (int i = 0; i < IMAGES; i++) {
            Files.write(images.resolve(i + ".png"), Pictures.drawn("png", 40, 30, i));
        }
        Path checkpoint = SmallCheckpoint.of("vit", Map.of("id2label", Map.of("0", "cat", "1", "dog", "2", "bird")))
                .with("classifier.weight", 3, SmallCheckpoint.HIDDEN)
                .with("classifier.bias", 3)
                .write(folder.resolve("checkpoint"));
        String output = folder + "/features";
        try (FakeHub hub = new FakeHub().serve("acme/vit-small", checkpoint).gate("acme/vit-small")) {
            result = Launchers.run(
                            Launchers.extract()
                                    .environment("HF_ENDPOINT", hub.endpoint())
                                    .environment("HF_HOME", folder.resolve("hf").toString())
                                    .environment("HF_TOKEN", FakeHub.TOKEN)
                                    .with("--input", images.toString(), "--model", "acme/vit-small", "--output", output)
                                    .with(
                                            "--columns",
                                            "pooler_output,last_hidden_state,hidden_states,attentions,logits,label,label_score,top_k")
                                    .with("--normalize", "l2", "--top-k", "2", "--head-mask", "[[1,0],[1,1]]"),
                            folder)
                    .requireSuccess();
        }
        try (SparkSession spark = LocalSpark.session()) {
            Dataset<Row> table = spark.read().parquet(output);
            schema = table.schema();
            rows = table.collectAsList();
        }
    }

    @Test
    void everyImageIsARow() {
        assertThat(rows).hasSize(IMAGES);
    }

    @Test
    void theCommitIsPrintedAndTheTokenIsNot() {
        assertThat(result.printed())
                .contains("acme/vit-small@" + FakeHub.COMMIT)
                .doesNotContain(FakeHub.TOKEN);
    }

    @Test
    void statesAndAttentionsOfAllLayersAreWritten() {
        assertThat(rows).allSatisfy(row -> {
            assertThat(row.<byte[]>getAs("hidden_states")).hasSize(3 * 10 * 16 * 4);
            assertThat(row.<byte[]>getAs("attentions")).hasSize(2 * 2 * 10 * 10 * 4);
        });
    }

    @Test
    void theLabelIsTheBestOfTheTopClasses() {
        assertThat(rows).allSatisfy(row -> {
            assertThat(row.<String>getAs("label")).isIn("cat", "dog", "bird");
            List<Row> best = row.getList(row.fieldIndex("top_k"));
            assertThat(best).hasSize(2);
            assertThat(best.get(0).<String>getAs("label")).isEqualTo(row.<String>getAs("label"));
            assertThat(best.get(0).<Float>getAs("score")).isEqualTo(row.<Float>getAs("label_score"));
        });
    }

    @Test
    void aNormalizedColumnStatesItsNorm() {
        assertThat(schema.apply("pooler_output").metadata().getString("normalize"))
                .isEqualTo("l2");
    }
}
