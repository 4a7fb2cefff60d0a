package io.vitrine.image.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bytes are compared with nothing here: the linker of the machine is the judge. */
final class EmptyLibraryTest {
    private static final String NAME = "libvitrine-empty.so.7";

    @TempDir
    private Path folder;

    @Test
    void theLinkerFindsALibraryThatWasLoadedByItsName() throws IOException {
        assertThatThrownBy(() -> NativeLibrary.getInstance(NAME)).isInstanceOf(UnsatisfiedLinkError.class);
        EmptyLibrary.load(NAME, folder);
        EmptyLibrary.load(NAME, folder); // as another class loader would
        assertThatCode(() -> NativeLibrary.getInstance(NAME)).doesNotThrowAnyException();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void theMachineIsInTheHeader() {
        byte[] arm = EmptyLibrary.bytes(NAME, 183);
        byte[] x86 = EmptyLibrary.bytes(NAME, 62);
        assertThat(arm).hasSameSizeAs(x86).startsWith(0x7f, 'E', 'L', 'F', 2, 1, 1);
        assertThat(arm[18]).isEqualTo((byte) 183);
        assertThat(x86[18]).isEqualTo((byte) 62);
    }
}
