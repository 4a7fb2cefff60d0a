package io.vitrine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.vitrine.checkpoint.ModelFileCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileOwnerAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Caches on a host with other users. Some of the tests make files of the user nobody, which takes root. */
final class PrivateFolderTest {
    @TempDir
    private Path folder;

    private Path shared;

    @BeforeEach
    void makeAFolderForAll() throws IOException {
        shared = Files.createDirectory(folder.resolve("tmp"));
        mode(shared, "rwxrwxrwx");
    }

    private Path ours() {
        return shared.resolve(PrivateFolder.DEFAULT.getFileName());
    }

    @Test
    void aNewFolderIsForItsOwnerOnly() throws IOException {
        Path made = PrivateFolder.in(folder.resolve("a/b"));
        assertThat(made).isEqualTo(folder.resolve("a/b"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
                .isEqualTo("rwx------");
        assertThat(PrivateFolder.in(made)).isEqualTo(made);
    }

    @Test
    void aFolderForAllGetsAPrivateOneInIt() throws IOException {
        assertThat(PrivateFolder.in(shared)).isEqualTo(ours());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(ours())))
                .isEqualTo("rwx------");
    }

    @Test
    void aFolderThatOthersCanWriteToIsRefused() throws IOException {
        mode(Files.createDirectory(ours()), "rwxrwxr-x");
        assertThatThrownBy(() -> PrivateFolder.in(shared))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("other users can write to " + ours() + " (rwxrwxr-x)");
    }

    @Test
    void aFolderThatAnotherUserMadeIsRefused() throws IOException {
        giveAway(Files.createDirectory(ours()));
        assertThatThrownBy(() -> PrivateFolder.in(shared))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(ours() + " belongs to nobody");
    }

    @Test
    void aLinkThatAnotherUserMadeIsRefused() throws IOException {
        Path target = Files.createDirectory(folder.resolve("target"));
        mode(target, "rwx------");
        giveAway(Files.createSymbolicLink(ours(), target));
        assertThatThrownBy(() -> PrivateFolder.in(shared))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(ours() + " belongs to nobody");
    }

    @Test
    void aFolderBelowOneThatAnotherUserMadeIsRefused() throws IOException {
        Path planted = Files.createDirectory(shared.resolve("cache"));
        giveAway(planted);
        assertThatThrownBy(() -> PrivateFolder.in(planted.resolve("models")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(planted + " belongs to nobody");
    }

    @Test
    void aCacheThatAnotherUserFilledIsNotRead() throws IOException {
        Path planted = Files.createDirectories(ours().resolve("key"));
        Files.writeString(planted.resolve("weights"), "theirs");
        Files.writeString(planted.resolve(".fingerprint"), "digest");
        giveAway(ours());
        assertThatThrownBy(() -> ModelFileCache.getOrCreate(
                        shared, "key", made -> Files.writeString(made.resolve("weights"), "ours"), made -> "digest"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Remove it, or name another folder");
    }

    private static void mode(Path file, String permissions) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    private static void giveAway(Path file) throws IOException {
        assumeThat(System.getProperty("user.name")).isEqualTo("root");
        UserPrincipal nobody =
                file.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody");
        Files.getFileAttributeView(file, FileOwnerAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .setOwner(nobody);
    }
}
