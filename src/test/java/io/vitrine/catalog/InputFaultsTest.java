package io.vitrine.catalog;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ConfigurationException;
import io.vitrine.StorageException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Inputs that cannot be listed are named, with what to do. */
final class InputFaultsTest {
    @TempDir
    private Path folder;

    private ListedFolder files;

    @BeforeEach
    void open() {
        files = new ListedFolder(folder);
    }

    @Test
    void aMisspeltFolderIsShownInFullWithItsNearestParent() {
        assertThatThrownBy(() -> files.list("*", folder + "/photoos/2024"))
                .isInstanceOf(StorageException.class)
                .hasMessage("Cannot list the input " + folder + "/photoos/2024: no folder of that name here: " + folder
                        + "/photoos/2024. Check its spelling; the nearest folder that exists is " + folder + ".")
                .extracting("outlook")
                .isEqualTo(StorageException.Outlook.PERMANENT);
    }

    @Test
    void aMisspeltRelativeFolderIsShownInFull() {
        assertThatThrownBy(() -> files.list("*", "no/such/photos"))
                .hasMessageContaining("no folder of that name here: "
                        + Path.of("no/such/photos").toAbsolutePath());
    }

    @Test
    void aGlobWithoutMatchesIsNamed() {
        assertThatThrownBy(() -> files.list("*", folder + "/*.webp"))
                .isInstanceOf(StorageException.class)
                .hasMessage(
                        "Cannot list the input " + folder + "/*.webp: nothing matches this pattern. Check the path.");
    }

    @Test
    void anUnknownSchemeIsNamed() {
        assertThatThrownBy(() -> files.list("*", "abc://bucket/x"))
                .isInstanceOf(StorageException.class)
                .hasMessage("Cannot list the input abc://bucket/x: no connector for this scheme on the class path.");
    }

    @Test
    void googleCloudStorageNamesTheConnectorToAdd() {
        assertThatThrownBy(() -> files.list("*", "gs://bucket/x"))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("no connector for this scheme on the class path: for gs:// add --jars ");
    }

    @Test
    void aLocationThatIsNotAPathIsAConfigurationFault() {
        assertThatThrownBy(() -> files.list("*", ""))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("'' is not a path");
    }

    @Test
    void anIncludeThatIsNotAGlobIsAConfigurationFault() {
        assertThatThrownBy(() -> files.list("{", folder.toString()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("--include '{' is not a glob");
    }
}
