package io.vitrine.cuda;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Loads shared libraries of the machine. They stay loaded: JNA would unload what nothing refers to, under threads in use. */
final class NativeLibraries {
    private static final int RTLD_NOW = 2; // dlfcn.h; without RTLD_GLOBAL, symbols of two libraries do not mix
    private static final Map<String, Object> OPTIONS =
            Map.of(Library.OPTION_OPEN_FLAGS, RTLD_NOW, Library.OPTION_STRING_ENCODING, "UTF-8");
    private static final Queue<Object> LOADED = new ConcurrentLinkedQueue<>();

    private NativeLibraries() {}

    /**
     * A library.
     *
     * @param name a file, or a name that the loader searches for ({@code LD_LIBRARY_PATH}, {@code jna.library.path})
     * @throws UnsatisfiedLinkError if there is none, or it does not load
     */
    static <T extends Library> T load(String name, Class<T> functions) {
        try {
            T library = Native.load(name, functions, OPTIONS);
            LOADED.add(library);
            return library;
        } catch (UnsatisfiedLinkError e) {
            throw e;
        } catch (RuntimeException | Error e) { // JNA throws a plain Error if an older JNA is loaded
            UnsatisfiedLinkError error = new UnsatisfiedLinkError("JNA: " + e);
            error.initCause(e);
            throw error;
        }
    }

    /**
     * Loads {@code sibling} from the folder of the library {@code name}, if it is there. A library that asks the loader for another
     * by its name gets the loaded one, wherever the loader would look.
     */
    static void loadBeside(String name, String sibling) {
        Path file = folder(name).resolve(sibling);
        if (Files.isRegularFile(file)) {
            LOADED.add(NativeLibrary.getInstance(file.toString(), OPTIONS));
        }
    }

    private static Path folder(String name) {
        File file = NativeLibrary.getInstance(name, OPTIONS).getFile(); // null if the loader has found it
        return file == null ? Path.of("") : file.toPath().toAbsolutePath().getParent();
    }

    /** The reason of a failed load: the loader's message. JNA's names the library above it, and lists its own tries below. */
    static String reason(UnsatisfiedLinkError error) {
        String[] lines = String.valueOf(error.getMessage()).split("\n", 3);
        return lines.length == 1 ? lines[0] : lines[1];
    }
}
