package io.vitrine.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.OutputConflictException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders that take the place of others. */
final class StorageFolderTest {
    @TempDir
    private Path folder;

    @Test
    void aFolderThatAnotherProgramMadeStaysAsItIs() throws Exception {
        StorageFolder target = new StorageFolder(folder.resolve("target").toString(), new Configuration());
        StorageFolder first = target.sibling(".first");
        first.write("a", "1");
        first.renameTo(target);
        assertThat(target.names()).containsExactly("a");
        StorageFolder second = target.sibling(".second");
        second.write("b", "2");
        assertThatThrownBy(() -> second.renameTo(target))
                .isInstanceOf(OutputConflictException.class)
                .hasMessageContaining("Another program has made the folder file:" + folder.resolve("target"));
        assertThat(target.names()).containsExactly("a");
        assertThat(Files.readString(folder.resolve("target/a"))).isEqualTo("1");
    }

    @Test
    void aFileIsWrittenOnce() {
        StorageFolder target = new StorageFolder(folder.toString(), new Configuration());
        target.write("a", "1");
        assertThat(target.text("a")).isEqualTo("1");
        assertThat(target.names()).containsExactly("a");
    }
}
