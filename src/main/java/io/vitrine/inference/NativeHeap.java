package io.vitrine.inference;

import com.sun.jna.Library;
import com.sun.jna.Native;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the C library keep freed memory for reuse. PyTorch allocates and frees some megabytes a hundred times per batch. By
 * default, glibc returns such memory to the kernel each time, and the kernel clears every page of the next allocation.
 */
final class NativeHeap {
    private static final Logger LOG = LoggerFactory.getLogger(NativeHeap.class);
    private static final int M_TRIM_THRESHOLD = -1; // constants of malloc.h
    private static final int M_MMAP_THRESHOLD = -3;
    private static final int SUCCESS = 1;
    private static final int MAX_RETAINED_BYTES = 1 << 30; // at the end of an arena: more than a batch needs
    private static final int MAX_ARENA_ALLOCATION = 32 << 20; // glibc's upper limit of the mmap threshold

    private NativeHeap() {}

    /** The functions of the C library that are called. */
    interface Malloc extends Library {
        int mallopt(int parameter, int value);
    }

    /**
     * Retains freed memory in this process from here on. Does nothing if the environment configures it ({@code
     * MALLOC_TRIM_THRESHOLD_}, {@code MALLOC_MMAP_THRESHOLD_}, {@code GLIBC_TUNABLES}) or the C library is not glibc.
     *
     * @return whether memory is retained
     */
    static boolean retainFreedMemory() {
        boolean configured = System.getenv().getOrDefault("GLIBC_TUNABLES", "").contains("glibc.malloc.")
                || Stream.of("MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_")
                        .anyMatch(name -> System.getenv(name) != null);
        if (configured) {
            return false;
        }
        try {
            Malloc libc = Native.load("c", Malloc.class);
            return libc.mallopt(M_MMAP_THRESHOLD, MAX_ARENA_ALLOCATION) == SUCCESS
                    && libc.mallopt(M_TRIM_THRESHOLD, MAX_RETAINED_BYTES) == SUCCESS;
        } catch (RuntimeException | Error e) { // JNA throws a plain Error if an older JNA is loaded
            LOG.debug("The C library returns freed memory to the kernel", e);
            return false;
        }
    }
}
