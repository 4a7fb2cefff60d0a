package io.vitrine.cli;

import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.util.SignalUtils;
import scala.runtime.AbstractFunction0;

/**
 * SIGINT and SIGTERM while a command runs. The first one interrupts the command's thread, which then ends in order. A second one,
 * or {@value #LIMIT_SECONDS} seconds, end the process at once.
 */
final class Signals {
    static final int LIMIT_SECONDS = 30;

    private static final AtomicReference<ExitCode> RECEIVED = new AtomicReference<>();

    private static volatile boolean ending;

    private Signals() {}

    /** From now on, signals interrupt the calling thread. Systems other than Unix keep their own way. */
    static void interruptThisThread() {
        Thread command = Thread.currentThread();
        register("INT", ExitCode.INTERRUPTED, command);
        register("TERM", ExitCode.TERMINATED, command);
    }

    private static void register(String signal, ExitCode code, Thread command) {
        SignalUtils.register(signal, new AbstractFunction0<>() {
            @Override
            public Object apply() {
                handle(code, command);
                return true; // the JVM's own handler would start to shut down
            }
        });
    }

    private static void handle(ExitCode code, Thread command) {
        if (!RECEIVED.compareAndSet(null, code)) {
            Runtime.getRuntime().halt(code.status());
        }
        System.err.printf(
                Locale.ROOT,
                "Stopping: what is committed stays. This takes up to %d seconds; a second signal ends at once.%n",
                LIMIT_SECONDS);
        QuietLogs.ofLibraries();
        Thread limit = new Thread(() -> interrupt(command, code), "vitrine-stop");
        limit.setDaemon(true);
        limit.start();
    }

    /** Interrupts again and again, because libraries swallow interruptions. */
    private static void interrupt(Thread command, ExitCode code) {
        for (int second = 0; second < LIMIT_SECONDS; second++) {
            if (!ending) {
                command.interrupt();
            }
            try {
                Thread.sleep(1000);
            } catch (InterruptedException e) {
                return;
            }
        }
        System.err.println("error: The run did not end within " + LIMIT_SECONDS
                + " seconds. Committed images stay; the next run has to wait until the lease expires.");
        Runtime.getRuntime().halt(code.status());
    }

    /** Ends the interruptions: the calling thread, the command's, leaves no step halfway from here on. */
    static void ending() {
        ending = true;
        Thread.interrupted();
    }

    /** The exit code of the signal that was received. */
    static Optional<ExitCode> received() {
        return Optional.ofNullable(RECEIVED.get());
    }
}
