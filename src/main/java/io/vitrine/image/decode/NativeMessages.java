package io.vitrine.image.decode;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;

/**
 * Keeps standard error free of what OpenCV and libjpeg print about damaged images: the output's rows say what is wrong with
 * each. glibc's {@code stderr} is a variable that programs may set. File descriptor 2, to which Java and the JVM write, stays as it
 * is.
 */
final class NativeMessages {
    private static final String LOG_LEVEL = "OPENCV_LOG_LEVEL";
    private static final String SILENT = "SILENT";

    private NativeMessages() {}

    /**
     * Drops what C libraries of this process print to {@code stderr} from here on. Must be called before OpenCV is loaded. Does
     * nothing where {@code OPENCV_LOG_LEVEL} asks for messages, or the C library is not glibc.
     */
    static void drop() {
        String level = System.getenv(LOG_LEVEL);
        if (level != null && !level.equals(SILENT)) {
            return;
        }
        try {
            Glibc.dropMessages();
        } catch (RuntimeException | Error e) {
            // Not glibc, an older JNA, or none, as in a child process, whose standard error its parent reads.
        }
    }

    /** Apart from its caller, which must load without JNA. */
    private static final class Glibc {
        static void dropMessages() {
            NativeLibrary process = NativeLibrary.getProcess();
            process.getFunction("gnu_get_libc_version"); // fails with another C library, whose stderr may be constant
            LibC libc = Native.load("c", LibC.class);
            libc.setenv(LOG_LEVEL, SILENT, 1);
            Pointer nowhere = libc.fopen("/dev/null", "w");
            if (nowhere != null) {
                process.getGlobalVariableAddress("stderr").setPointer(0, nowhere);
            }
        }
    }

    /** The functions of the C library that are called. */
    interface LibC extends Library {
        int setenv(String name, String value, int overwrite);

        Pointer fopen(String path, String mode);
    }
}
