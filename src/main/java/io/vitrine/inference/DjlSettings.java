package io.vitrine.inference;

import io.vitrine.checkpoint.HostCache;

/** What DJL reads from system properties, set before its first use. */
final class DjlSettings {
    private DjlSettings() {}

    /** The settings that every use needs: DJL reports usage over the network, and looks for models there, unless told not to. */
    static void silence() {
        System.setProperty("OPT_OUT_TRACKING", "true");
        System.setProperty("ai.djl.offline", "true");
        if (System.getenv("DJL_CACHE_DIR") == null && System.getProperty("DJL_CACHE_DIR") == null) {
            // An executor's home may not exist; here PyTorch's libraries are unpacked once per host.
            System.setProperty(
                    "DJL_CACHE_DIR", HostCache.STANDARD.resolve("djl").toString());
        }
    }

    /** @param intraOpThreads threads a call may use; PyTorch has one such number a process */
    static void apply(int intraOpThreads) {
        silence();
        System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(intraOpThreads));
        System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
    }
}
