package io.vitrine.job.output;

/** The folder where a run in progress keeps its lists of images. Closing it removes the folder. */
public final class PlanFolder implements AutoCloseable {
    private final OutputFolder output;
    private final String path;

    PlanFolder(OutputFolder output, String path) {
        this.output = output;
        this.path = path;
    }

    /** The path of the list {@code name}, which need not exist. */
    public String list(String name) {
        return path + "/" + name;
    }

    @Override
    public void close() {
        output.delete(path);
    }
}
