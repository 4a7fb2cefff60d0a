package io.vitrine.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ConfigurationException;
import io.vitrine.ModelException;
import io.vitrine.StorageException;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.PreprocessorFile;
import io.vitrine.checkpoint.SmallCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CheckpointFetcherTest {
    private final Configuration configuration = new Configuration();

    @TempDir
    private Path folder;

    @TempDir
    private Path cache;

    @BeforeEach
    void addRemoteFileSystem() {
        configuration.set("fs.remote.impl", RemoteFileSystem.class.getName());
        configuration.setBoolean("fs.remote.impl.disable.cache", true);
    }

    @Test
    void aLocalFolderIsUsedInPlace() throws IOException {
        small().write(folder);
        assertThat(fetch(folder.toString())).isEqualTo(new CheckpointFetcher.Local(folder.toString(), folder));
    }

    @Test
    void aMisspeltFolderIsNamedWhenItIsOpened() {
        Path fetched = fetch("no/such/folder").folder();
        assertThatThrownBy(() -> Checkpoint.open(fetched))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining(
                        "No checkpoint folder " + Path.of("no/such/folder").toAbsolutePath()
                                + ". There is no folder of that name here: check its spelling.");
    }

    @Test
    void theProcessorOfTransformers5IsCopied() throws IOException {
        small().write(folder);
        Files.writeString(folder.resolve("processor_config.json"), "{\"image_processor\": {\"size\": 24}}");
        Path copy = fetch("remote://" + folder).folder();
        assertThat(PreprocessorFile.find(copy).file()).isEqualTo(copy.resolve("processor_config.json"));
    }

    @Test
    void aNameWithTimmsSchemeIsNoFolder() {
        assertThatThrownBy(() -> fetch("hf-hub:vit_base_patch16_224"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("The model 'hf-hub:vit_base_patch16_224' is no name on the Hub")
                .hasMessageContaining("hf-hub:organisation/name");
    }

    @Test
    void aRemoteFolderIsCopiedOnce() throws IOException {
        small().write(folder);
        Files.writeString(folder.resolve("optimizer.bin"), "not needed");
        CheckpointFetcher.Local fetched = fetch("remote://" + folder);
        assertThat(fetched.location()).isEqualTo("remote:" + folder);
        assertThat(fetched.folder()).startsWith(cache);
        assertThat(fetched.folder().resolve("optimizer.bin")).doesNotExist();
        assertThat(Checkpoint.open(fetched.folder()).hasPooler()).isTrue();
        Path weights = fetched.folder().resolve("model.safetensors");
        FileTime copied = Files.getLastModifiedTime(weights);
        assertThat(fetch("remote://" + folder)).isEqualTo(fetched);
        assertThat(Files.getLastModifiedTime(weights)).isEqualTo(copied);
    }

    @Test
    void aRemoteFolderWithoutWeightsIsNamed() throws IOException {
        small().writeConfig(folder);
        assertThatThrownBy(() -> fetch("remote://" + folder))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("No checkpoint in remote:" + folder + ": it holds no weights");
    }

    @Test
    void aMissingRemoteFolderIsNamed() {
        assertThatThrownBy(() -> fetch("remote://" + folder + "/nowhere"))
                .isInstanceOf(StorageException.class)
                .hasMessage("Cannot read the checkpoint remote://" + folder
                        + "/nowhere: it does not exist. Check the path.");
    }

    @Test
    void aFileThatIsCutOnItsWayIsTransient() throws IOException {
        small().write(folder);
        configuration.setLong(RemoteFileSystem.MISSING_BYTES, 1);
        assertThatThrownBy(() -> fetch("remote://" + folder))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("Cannot copy the checkpoint's remote:" + folder + "/config.json: it gave ")
                .hasMessageContaining("Run again.")
                .extracting("outlook")
                .isEqualTo(StorageException.Outlook.TRANSIENT);
    }

    @Test
    void aModelCacheThatCannotBeWrittenIsNamed() throws IOException {
        small().write(folder);
        Path file = Files.writeString(cache.resolve("file"), "not a folder");
        assertThatThrownBy(() -> CheckpointFetcher.fetch("remote://" + folder, file, configuration))
                .isInstanceOf(StorageException.class)
                .hasMessageStartingWith("Cannot write to the model cache " + file + ": ");
    }

    @Test
    void googleCloudStorageNamesTheConnectorToAdd() {
        assertThatThrownBy(() -> fetch("gs://models/vit"))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("Cannot read the checkpoint gs://models/vit: no connector for this scheme")
                .hasMessageContaining("for gs:// add --jars ");
    }

    @Test
    void aLocationThatIsNotAPathIsAConfigurationFault() {
        assertThatThrownBy(() -> fetch("")).isInstanceOf(ConfigurationException.class);
    }

    private CheckpointFetcher.Local fetch(String location) {
        return CheckpointFetcher.fetch(location, cache, configuration);
    }

    private static SmallCheckpoint small() {
        return SmallCheckpoint.of("vit", Map.of());
    }
}
