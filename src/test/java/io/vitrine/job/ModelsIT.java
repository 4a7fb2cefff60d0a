package io.vitrine.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.checkpoint.SmallCheckpoint;
import io.vitrine.cli.ExitCode;
import io.vitrine.dev.sandbox.Sandbox;
import io.vitrine.hub.FakeHub;
import io.vitrine.image.Pictures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints from where people have them, and every column, through the launcher. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ModelsIT {
    @TempDir
    private static Path folder;

    private SmallCheckpoint small;

    @BeforeAll
    void write() throws IOException {
        Files.createDirectories(folder.resolve("images"));
        for (int i = 0; i < 3; i++) {
            Files.write(folder.resolve("images/" + i + ".png"), Pictures.drawn("png", 40, 30, i));
        }
        small = SmallCheckpoint.of("vit", Map.of("id2label", Map.of("0", "cat", "1", "dog", "2", "bird")))
                .with("classifier.weight", 3, SmallCheckpoint.HIDDEN)
                .with("classifier.bias", 3);
    }

    @Test
    void aCheckpointOfTheHubByItsNameWithEveryColumn() throws IOException {
        Path source = small.write(folder.resolve("source"));
        try (FakeHub hub = new FakeHub().serve("acme/vit-small", source).gate("acme/vit-small")) {
            int status = Sandbox.extract(null)
                    .environment("HF_ENDPOINT", hub.endpoint())
                    .environment("HF_HOME", folder.resolve("hf").toString())
                    .environment("HF_TOKEN", FakeHub.TOKEN)
                    .with("--input", folder + "/images", "--model", "acme/vit-small", "--output", folder + "/out")
                    .with(
                            "--columns",
                            "pooler_output,last_hidden_state,hidden_states,attentions,logits,label,label_score,top_k")
                    .with("--normalize", "l2", "--top-k", "2", "--head-mask", "[[1,0],[1,1]]")
                    .run(folder.resolve("out.txt"), folder.resolve("err.txt"));
            assertThat(status).as(Files.readString(folder.resolve("err.txt"))).isZero();
        }
        String said = Files.readString(folder.resolve("out.txt")) + Files.readString(folder.resolve("err.txt"));
        assertThat(said).contains("acme/vit-small@" + FakeHub.COMMIT).doesNotContain(FakeHub.TOKEN);
        try (SparkSession spark = Sandbox.session(Map.of())) {
            Dataset<Row> rows = spark.read().parquet(folder + "/out");
            assertThat(rows.count()).isEqualTo(3);
            Row row = rows.first();
            assertThat(row.<byte[]>getAs("hidden_states")).hasSize(3 * 10 * 16 * 4);
            assertThat(row.<byte[]>getAs("attentions")).hasSize(2 * 2 * 10 * 10 * 4);
            assertThat(row.<String>getAs("label")).isIn("cat", "dog", "bird");
            List<Row> best = row.getList(row.fieldIndex("top_k"));
            assertThat(best).hasSize(2);
            assertThat(best.get(0).<String>getAs("label")).isEqualTo(row.<String>getAs("label"));
            assertThat(best.get(0).<Float>getAs("score")).isEqualTo(row.<Float>getAs("label_score"));
            assertThat(rows.schema().apply("pooler_output").metadata().getString("normalize"))
                    .isEqualTo("l2");
        }
    }

    @Test
    void aFlaxCheckpointGivesWhatTheSafetensorsGive() throws IOException {
        Path source = small.write(folder.resolve("safetensors"));
        Path flax = small.writeConfig(folder.resolve("flax"));
        io.vitrine.convert.FlaxFiles.write(small, false, flax.resolve("flax_model.msgpack"));
        for (Path model : List.of(source, flax)) {
            int status = Sandbox.extract(null)
                    .with("--input", folder + "/images", "--model", model.toString(), "--output", model + "-out")
                    .with("--model-cache", folder + "/cache", "--columns", "last_hidden_state")
                    .run(folder.resolve("o.txt"), folder.resolve("e.txt"));
            assertThat(status).as(Files.readString(folder.resolve("e.txt"))).isZero();
        }
        try (SparkSession spark = Sandbox.session(Map.of())) {
            List<Row> expected = states(spark, source);
            assertThat(expected).hasSize(3);
            assertThat(states(spark, flax)).isEqualTo(expected);
        }
    }

    private static List<Row> states(SparkSession spark, Path model) {
        return spark.read()
                .parquet(model + "-out")
                .selectExpr("path", "hex(last_hidden_state) AS state")
                .orderBy("path")
                .collectAsList();
    }

    @Test
    void weightsThatAreNoNumbersAndPicklesThatAreProgramsStopTheRunBeforeAnyWork() throws IOException {
        SmallCheckpoint broken = SmallCheckpoint.of("vit", Map.of());
        broken.values("layernorm.weight")[2] = Float.NaN;
        Path model = broken.write(folder.resolve("broken"));
        assertThat(fault(model)).contains("error: Weights that are NaN or infinite: layernorm.weight (element 2 of 16");

        Path pickle = small.writeConfig(folder.resolve("pickle"));
        Path witness = folder.resolve("executed");
        io.vitrine.convert.TorchFile.system("touch " + witness, pickle.resolve("pytorch_model.bin"));
        assertThat(fault(pickle))
                .contains("asks for the Python object 'posix.system'")
                .contains("Nothing was executed");
        assertThat(witness).doesNotExist();
    }

    private static String fault(Path model) throws IOException {
        Path err = folder.resolve("fault.txt");
        int status = Sandbox.extract(null)
                .with("--input", folder + "/images", "--model", model.toString(), "--output", folder + "/never")
                .run(folder.resolve("fault-out.txt"), err);
        assertThat(status).isEqualTo(ExitCode.MODEL.status());
        assertThat(folder.resolve("never")).doesNotExist();
        return Files.readString(err);
    }
}
