package io.vitrine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ConfigurationException;
import io.vitrine.image.Pictures;
import io.vitrine.job.request.ExtractRequest;
import io.vitrine.report.RunListener;
import io.vitrine.testkit.DemoCheckpoint;
import io.vitrine.testkit.ExtractRequests;
import io.vitrine.testkit.Folders;
import io.vitrine.testkit.LocalSpark;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tasks load the checkpoint that the driver planned with, or none. */
final class ChangedCheckpointIT {
    @TempDir
    private Path folder;

    @Test
    void aCheckpointThatChangesDuringTheRunStopsItBeforeAnyRow() throws IOException {
        Path image = Files.write(folder.resolve("a.png"), Pictures.drawn("png", 70, 50, 1));
        Path model = folder.resolve("model");
        Folders.copy(DemoCheckpoint.FOLDER, model);
        ExtractRequest request = ExtractRequests.builder(folder)
                .input(image.toString())
                .model(ExtractRequests.model(model, folder).build())
                .output(folder + "/features")
                .build();
        RunListener checkpointChanger = new RunListener() {
            @Override
            public void planned(String plan, long count) {
                append(model.resolve("config.json"), " ");
            }
        };
        try (SparkSession spark = LocalSpark.session()) {
            assertThatThrownBy(() -> Extract.run(spark, request, checkpointChanger))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("The run stopped, nothing was written: The checkpoint " + model)
                    .hasMessageContaining("differs from the driver's")
                    .hasMessageNotContaining("\tat ");
        }
        Path output = Path.of(request.output().folder());
        if (Files.exists(output)) {
            assertThat(Folders.filesBelow(output)).isEmpty();
        }
    }

    private static void append(Path file, String text) {
        try {
            Files.writeString(file, text, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
