package io.vitrine.image.isolate;

import io.vitrine.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The decoding processes that this JVM has started. */
final class ChildProcesses {
    private ChildProcesses() {}

    static List<ProcessHandle> running() {
        return ProcessHandle.current()
                .children()
                .filter(child -> commandLine(child).contains(ChildMain.class.getName()))
                .toList();
    }

    static void awaitNone() {
        Await.until("the decoding processes end", Duration.ofSeconds(60), () -> running()
                .isEmpty());
    }

    /** Empty if it has ended, also for a zombie. */
    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"));
        } catch (IOException e) {
            return "";
        }
    }
}
