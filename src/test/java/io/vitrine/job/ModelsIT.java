package io.vitrine.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.checkpoint.SmallCheckpoint;
import io.vitrine.cli.ExitCode;
import io.vitrine.convert.FlaxFiles;
import io.vitrine.convert.TorchFile;
import io.vitrine.dev.sandbox.Submission;
import io.vitrine.image.Pictures;
import io.vitrine.testkit.Launchers;
import io.vitrine.testkit.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints that are converted or refused before a run, through the launcher. */
final class ModelsIT {
    @TempDir
    private static Path images;

    @TempDir
    private Path folder;

    @BeforeAll
    static void draw() throws IOException {
        for (int i = 0; i < 3; i++) {
            Files.write(images.resolve(i + ".png"), Pictures.drawn("png", 40, 30, i));
        }
    }

    private static SmallCheckpoint classifier() {
        return SmallCheckpoint.of("vit", Map.of("id2label", Map.of("0", "cat", "1", "dog", "2", "bird")))
                .with("classifier.weight", 3, SmallCheckpoint.HIDDEN)
                .with("classifier.bias", 3);
    }

    private Submission submission(Path model) {
        return Launchers.extract()
                .with(
                        "--input",
                        images.toString(),
                        "--model",
                        model.toString(),
                        "--output",
                        output(model).toString())
                .with("--model-cache", folder.resolve("cache").toString());
    }

    private static Path output(Path model) {
        return model.resolveSibling(model.getFileName() + "-features");
    }

    @Test
    void aFlaxCheckpointGivesTheFeaturesOfItsSafetensors() throws IOException {
        SmallCheckpoint small = classifier();
        Path safetensors = small.write(folder.resolve("safetensors"));
        Path flax = small.writeConfig(folder.resolve("flax"));
        FlaxFiles.write(small, FlaxFiles.Heads.MERGED, flax.resolve("flax_model.msgpack"));
        for (Path model : List.of(safetensors, flax)) {
            Launchers.run(submission(model).with("--columns", "last_hidden_state"), folder)
                    .requireSuccess();
        }
        try (SparkSession spark = LocalSpark.session()) {
            List<Row> expected = states(spark, safetensors);
            assertThat(expected).hasSize(3);
            assertThat(states(spark, flax)).isEqualTo(expected);
        }
    }

    private static List<Row> states(SparkSession spark, Path model) {
        return spark.read()
                .parquet(output(model).toString())
                .selectExpr("path", "hex(last_hidden_state) AS state")
                .orderBy("path")
                .collectAsList();
    }

    @Test
    void weightsThatAreNotFiniteStopTheRunBeforeAnyWork() throws IOException {
        SmallCheckpoint broken = SmallCheckpoint.of("vit", Map.of());
        broken.values("layernorm.weight")[2] = Float.NaN;
        Path model = broken.write(folder.resolve("broken"));
        assertThat(refusal(model))
                .contains("error: Weights that are NaN or infinite: layernorm.weight (element 2 of 16");
    }

    @Test
    void aPickleWithAProgramIsRefusedAndNotExecuted() throws IOException {
        Path model = classifier().writeConfig(folder.resolve("pickle"));
        Path witness = folder.resolve("executed");
        TorchFile.system("touch " + witness, model.resolve("pytorch_model.bin"));
        assertThat(refusal(model))
                .contains("asks for the Python object 'posix.system'")
                .contains("Nothing was executed");
        assertThat(witness).doesNotExist();
    }

    private String refusal(Path model) {
        String error =
                Launchers.run(submission(model), folder).require(ExitCode.MODEL).err();
        assertThat(output(model)).doesNotExist();
        return error;
    }
}
