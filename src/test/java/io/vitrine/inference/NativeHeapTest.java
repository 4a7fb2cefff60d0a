package io.vitrine.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.Memory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Memory that a model's results leave free stays with the process. */
final class NativeHeapTest {
    private static final Path RESIDENT = Path.of("/proc/self/statm");
    private static final long PAGE = 4096;
    private static final long BLOCK = 24L << 20; // of the size that glibc hands back at once, unless told to keep it

    @Test
    void aLargeBlockStaysAfterItIsFreed() throws IOException {
        assumeTrue(Files.exists(RESIDENT), "resident memory can be read on Linux only");
        assumeTrue(System.getenv("MALLOC_TRIM_THRESHOLD_") == null, "the environment says how memory is kept");
        NativeHeap.keepFreed();
        long used;
        try (Memory block = new Memory(BLOCK)) {
            block.clear();
            used = resident();
        }
        assertThat(used - resident()).isLessThan(BLOCK / 4);
    }

    private static long resident() throws IOException {
        return Long.parseLong(Files.readString(RESIDENT).split(" ")[1]) * PAGE;
    }
}
