package io.vitrine.inference;

import io.vitrine.ConfigurationException;
import io.vitrine.checkpoint.ModelFileCache;
import java.io.IOException;
import java.nio.file.Path;

/** What DJL reads from system properties, set before its first use. */
final class DjlSettings {
    private static final String CACHE = "DJL_CACHE_DIR";

    private DjlSettings() {}

    /**
     * The settings that every use needs. DJL reports usage over the network, looks for models and libraries there, and gives ONNX
     * Runtime's arrays a second engine for arithmetic, unless told not to.
     */
    static void silence() {
        System.setProperty("OPT_OUT_TRACKING", "true");
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("ai.djl.onnx.disable_alternative", "true");
    }

    /**
     * The settings of PyTorch.
     *
     * @param intraOpThreads threads a call may use; there is one such number a process
     * @param cache where its libraries are unpacked, once per host: an executor's home may not exist
     */
    static void pytorch(int intraOpThreads, Path cache) {
        silence();
        System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(intraOpThreads));
        System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
        if (System.getenv(CACHE) == null && System.getProperty(CACHE) == null) {
            try {
                Path folder = cache.equals(ModelFileCache.DEFAULT) ? ModelFileCache.createPrivate(cache) : cache;
                System.setProperty(CACHE, folder.resolve("djl").toString());
            } catch (IOException e) {
                throw new ConfigurationException(
                        "PyTorch's libraries cannot be unpacked to " + cache + ": " + e
                                + ". Choose another folder with the environment variable " + CACHE + ".",
                        e);
            }
        }
    }
}
