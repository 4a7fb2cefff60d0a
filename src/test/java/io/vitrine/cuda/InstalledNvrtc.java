package io.vitrine.cuda;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vitrine.ConfigurationException;
import java.nio.file.Path;

/** The real compiler, which needs no GPU; found where the program finds it. */
public final class InstalledNvrtc {
    private static final int NEWEST_MAJOR = 13;

    private InstalledNvrtc() {}

    /** Skips the test, saying why, where there is none. */
    static Nvrtc find() {
        try {
            return NvrtcFinder.of(System.getenv(), Path.of("/usr/local")).find(NEWEST_MAJOR);
        } catch (ConfigurationException e) {
            System.out.println("Skipped: " + e.getMessage());
            assumeTrue(false, e.getMessage());
            throw e;
        }
    }

    /** Compiles for an architecture, such as 90. Skips the test, saying why, where there is no compiler. */
    public static byte[] compile(Program program, int architecture) {
        return find().compile(program, architecture).bytes();
    }
}
