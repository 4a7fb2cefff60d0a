package io.vitrine.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class NativeHeapTest {
    @Test
    void glibcRetainsFreedMemory() {
        assumeTrue(Files.exists(Path.of("/lib64/ld-linux-x86-64.so.2")), "the C library is not glibc on x86-64");
        assumeTrue(System.getenv("MALLOC_TRIM_THRESHOLD_") == null, "the environment configures glibc's memory");
        assumeTrue(System.getenv("MALLOC_MMAP_THRESHOLD_") == null, "the environment configures glibc's memory");
        assertThat(NativeHeap.retainFreedMemory()).isTrue();
    }
}
