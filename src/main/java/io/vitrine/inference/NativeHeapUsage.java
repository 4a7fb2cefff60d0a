package io.vitrine.inference;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Structure;

/** The memory that native code of this process has allocated from the C library. */
public final class NativeHeapUsage {
    private static final Malloc LIBRARY = load();

    private NativeHeapUsage() {}

    /** The function of glibc that counts. */
    interface Malloc extends Library {
        Info.ByValue mallinfo2();
    }

    /** {@code struct mallinfo2} of malloc.h, from glibc 2.33 on. */
    @Structure.FieldOrder({
        "arena",
        "ordblks",
        "smblks",
        "hblks",
        "hblkhd",
        "usmblks",
        "fsmblks",
        "uordblks",
        "fordblks",
        "keepcost"
    })
    @SuppressWarnings("unused") // the fields give the layout
    public static class Info extends Structure {
        public long arena;
        public long ordblks;
        public long smblks;
        public long hblks;
        public long hblkhd;
        public long usmblks;
        public long fsmblks;
        public long uordblks;
        public long fordblks;
        public long keepcost;

        /** The structure as the function returns it. */
        public static final class ByValue extends Info implements Structure.ByValue {}
    }

    private static Malloc load() {
        try {
            Malloc libc = Native.load("c", Malloc.class);
            libc.mallinfo2();
            return libc;
        } catch (RuntimeException | Error e) { // another C library, or an older glibc
            return null;
        }
    }

    /** Bytes in use: small blocks and mapped ones; 0 where the C library does not count them. */
    public static long bytes() {
        if (LIBRARY == null) {
            return 0;
        }
        Info info = LIBRARY.mallinfo2();
        return info.uordblks + info.hblkhd;
    }
}
