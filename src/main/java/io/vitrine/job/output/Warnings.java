package io.vitrine.job.output;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a run could not tidy up. Its rows are complete, so it goes on. Thread-safe. */
public final class Warnings {
    private static final Logger LOG = LoggerFactory.getLogger(Warnings.class);

    private final List<String> texts = new CopyOnWriteArrayList<>();

    /**
     * Runs {@code step}; if it fails, adds a warning.
     *
     * @param consequence what the failure means and who repairs it
     * @return whether the step succeeded
     */
    public boolean attempt(Runnable step, String consequence) {
        try {
            step.run();
            return true;
        } catch (RuntimeException e) {
            add(e, consequence);
            return false;
        }
    }

    /** Adds a warning, as {@link #attempt}. */
    void add(RuntimeException failure, String consequence) {
        String text = failure.getMessage() + " " + consequence;
        LOG.warn(text);
        texts.add(text);
    }

    /** The warnings so far. */
    public List<String> texts() {
        return List.copyOf(texts);
    }
}
