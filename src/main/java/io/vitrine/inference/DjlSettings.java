package io.vitrine.inference;

import io.vitrine.PrivateFolder;
import io.vitrine.StorageException;
import java.io.IOException;
import java.nio.file.Path;

/** The system properties that DJL reads. Set them before its first use. */
final class DjlSettings {
    private static final String CACHE_VARIABLE = "DJL_CACHE_DIR";

    private DjlSettings() {}

    /**
     * Turns off what DJL does by default: it reports usage over the network, downloads models and libraries, and adds a second
     * engine for arithmetic on the arrays of ONNX Runtime.
     */
    static void disableExtras() {
        System.setProperty("OPT_OUT_TRACKING", "true");
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("ai.djl.onnx.disable_alternative", "true");
    }

    /**
     * Configures PyTorch.
     *
     * @param intraOpThreads threads per call; PyTorch has one such number per process
     * @param cache where its libraries are unpacked, once per host. DJL's default is the home folder, which an executor may lack
     * @throws StorageException if {@code cache} cannot be written
     */
    static void pytorch(int intraOpThreads, Path cache) {
        disableExtras();
        System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(intraOpThreads));
        System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
        unpackUnder(cache);
    }

    /** Has DJL unpack native libraries under {@code cache}, unless the environment names another folder. */
    static void unpackUnder(Path cache) {
        if (System.getenv(CACHE_VARIABLE) == null && System.getProperty(CACHE_VARIABLE) == null) {
            try {
                System.setProperty(
                        CACHE_VARIABLE, PrivateFolder.in(cache).resolve("djl").toString());
            } catch (IOException e) {
                throw new StorageException(
                        StorageException.Outlook.PERMANENT,
                        "Cannot unpack native libraries to " + cache + ": " + e
                                + ". Choose another folder with the environment variable " + CACHE_VARIABLE + ".",
                        e);
            }
        }
    }
}
