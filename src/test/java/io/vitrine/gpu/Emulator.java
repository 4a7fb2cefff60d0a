package io.vitrine.gpu;

import com.sun.jna.Library;
import com.sun.jna.Pointer;

/** The functions of the kernels' library for the CPU: {@code src/test/cpp}. */
interface Emulator extends Library {
    /**
     * Runs a kernel.
     *
     * @return what is wrong; null if nothing is
     */
    String emulate_launch(String kernel, int columns, int rows, int threads, int sharedBytes, Pointer argument);

    /** The size of a structure of {@code layout.h} ("Image"), or the offset of a field in its structure ("Image.width"); else -1. */
    long layout_of(String name);

    /** Memory with pages of no access around it; null if there is none. */
    Pointer device_allocate(long bytes);

    void device_free(Pointer address, long bytes);
}
