package io.vitrine.inference;

import io.vitrine.VitrineException;
import io.vitrine.checkpoint.HostCache;
import java.io.IOException;

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
     */
    static void pytorch(int intraOpThreads) {
        silence();
        System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(intraOpThreads));
        System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
        if (System.getenv(CACHE) == null && System.getProperty(CACHE) == null) {
            try { // an executor's home may not exist; here the libraries are unpacked once per host
                System.setProperty(
                        CACHE, HostCache.own(HostCache.STANDARD).resolve("djl").toString());
            } catch (IOException e) {
                throw new VitrineException(
                        "PyTorch's libraries cannot be unpacked to " + HostCache.STANDARD + ": " + e
                                + ". Choose another folder with the environment variable " + CACHE + ".",
                        e);
            }
        }
    }
}
