package io.vitrine.inference;

import java.lang.reflect.Field;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes shutdown hooks that a library has added. ONNX Runtime's frees its environment while other threads may be running a
 * model, which ends the process with SIGSEGV. The operating system frees it as well.
 */
final class ShutdownHooks {
    private static final Logger LOG = LoggerFactory.getLogger(ShutdownHooks.class);

    private ShutdownHooks() {}

    /**
     * Removes the hooks that run an instance of {@code type}. Needs the JVM option {@code --add-opens
     * java.base/java.lang=ALL-UNNAMED}, which Spark needs too; without it the hooks stay.
     */
    static void remove(String type) {
        try {
            Field hooks = Class.forName("java.lang.ApplicationShutdownHooks").getDeclaredField("hooks");
            hooks.setAccessible(true);
            Map<?, ?> threads = (Map<?, ?>) hooks.get(null); // null while the process shuts down
            for (Object thread : threads.keySet().toArray()) {
                Field target = Thread.class.getDeclaredField("target");
                target.setAccessible(true);
                Object runnable = target.get(thread);
                if (runnable != null && runnable.getClass().getName().equals(type)) {
                    Runtime.getRuntime().removeShutdownHook((Thread) thread);
                }
            }
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.debug("The shutdown hook {} stays", type, e);
        }
    }
}
