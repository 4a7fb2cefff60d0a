package io.vitrine.job.gpu;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * JVM-wide list of the tasks that failed in this process while a GPU decoded for them. The GPU may be why, so their next attempt
 * decodes on the CPU. Tasks that lost their executor are not in it: executors also end because a cluster takes them back. Holds the
 * last {@value #MAX_TASKS}. Thread-safe.
 */
public final class FailedTasks {
    private static final int MAX_TASKS = 10_000;

    private static final Set<Task> TASKS = Collections.synchronizedSet(Collections.newSetFromMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Task, Boolean> eldest) {
            return size() > MAX_TASKS;
        }
    }));

    private FailedTasks() {}

    private record Task(int stage, int partition) {}

    /** Tells that a task failed. */
    public static void add(int stage, int partition) {
        TASKS.add(new Task(stage, partition));
    }

    /** Whether an attempt at a task failed. */
    public static boolean contains(int stage, int partition) {
        return TASKS.contains(new Task(stage, partition));
    }

    /** Forgets all tasks: another run in this process counts its stages anew. */
    static void clear() {
        TASKS.clear();
    }
}
