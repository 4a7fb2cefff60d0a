package io.vitrine.cli;

import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;

/** Silence from libraries whose errors mean nothing any more: tasks that are cancelled, and jobs that are aborted. */
final class QuietLogs {
    private static final String[] LIBRARIES = {"org.apache", "org.sparkproject", "io.netty", "com.amazonaws", "ai.djl"};

    private QuietLogs() {}

    /** Turns their loggers off, if Log4j keeps them. */
    static void ofLibraries() {
        try {
            for (String library : LIBRARIES) {
                Configurator.setAllLevels(library, Level.OFF);
            }
        } catch (LinkageError e) {
            // this distribution logs in another way
        }
    }
}
