package io.vitrine.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.SmallCheckpoint;
import io.vitrine.convert.TorchFile;
import io.vitrine.testkit.DemoCheckpoint;
import io.vitrine.testkit.Folders;
import io.vitrine.testkit.ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints on S3, copied to a folder of this host. */
final class CheckpointFetcherIT {
    private static final String DEMO = "s3a://fetch-models/demo";
    private static final Path WEIGHTS = DemoCheckpoint.FOLDER.resolve("model.safetensors");

    @TempDir
    private static Path storeFolder;

    @TempDir
    private Path folder;

    private static ObjectStore store;

    @BeforeAll
    static void start() {
        store = ObjectStore.start(storeFolder, "fetch-models");
        store.putFiles(DemoCheckpoint.FOLDER, DEMO);
    }

    @AfterAll
    static void stop() {
        store.close();
    }

    private CheckpointFetcher.Local fetch(String location) {
        return CheckpointFetcher.fetch(location, folder.resolve("cache"), store.configuration());
    }

    @Test
    void aCutFileOfACopyIsFetchedAgain() throws IOException {
        Path weights = fetch(DEMO).folder().resolve("model.safetensors");
        Files.write(weights, new byte[100]);
        fetch(DEMO);
        assertThat(weights).hasSameBinaryContentAs(WEIGHTS);
    }

    @Test
    void aMissingFileOfACopyIsFetchedAgain() throws IOException {
        Path weights = fetch(DEMO).folder().resolve("model.safetensors");
        Files.delete(weights);
        fetch(DEMO);
        assertThat(weights).hasSameBinaryContentAs(WEIGHTS);
    }

    @Test
    void shardsNamedByTheIndexAreCopiedAndConvertedAndNoOtherFile() throws IOException {
        SmallCheckpoint small = SmallCheckpoint.of("vit", Map.of());
        Path local = small.writeConfig(folder.resolve("sharded"));
        List<String> names = List.copyOf(small.shapes().keySet());
        TorchFile.write(small, names.subList(0, 9), local.resolve("pytorch_model-1.bin"));
        TorchFile.write(small, names.subList(9, names.size()), local.resolve("pytorch_model-2.bin"));
        Files.writeString(
                local.resolve("pytorch_model.bin.index.json"),
                "{\"weight_map\": {\"a\": \"pytorch_model-1.bin\", \"b\": \"pytorch_model-2.bin\"}}");
        Files.writeString(local.resolve("optimizer.bin"), "not needed");
        store.putFiles(local, "s3a://fetch-models/sharded");

        CheckpointFetcher.Local fetched = fetch("s3a://fetch-models/sharded");
        assertThat(fetched.location()).isEqualTo("s3a://fetch-models/sharded");
        assertThat(Checkpoint.open(fetched.folder()).weights().tensorNames())
                .containsExactlyInAnyOrderElementsOf(names);
        assertThat(Folders.filesBelow(folder.resolve("cache")))
                .extracting(file -> file.getFileName().toString())
                .contains("pytorch_model-2.bin")
                .doesNotContain("optimizer.bin");
    }

    @Test
    void aSinglePthFileOfAnyNameIsCopiedAndConverted() throws IOException {
        SmallCheckpoint small = SmallCheckpoint.of("vit", Map.of());
        Path local = small.writeConfig(folder.resolve("hub"));
        List<String> names = List.copyOf(small.shapes().keySet());
        TorchFile.write(small, names, local.resolve("dinov2_vits14_pretrain.pth"));
        store.putFiles(local, "s3a://fetch-models/hub");
        assertThat(Checkpoint.open(fetch("s3a://fetch-models/hub").folder())
                        .weights()
                        .tensorNames())
                .containsExactlyInAnyOrderElementsOf(names);
    }
}
