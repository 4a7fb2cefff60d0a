package io.vitrine.job.output;

/** The folder where a run in progress keeps its lists of images. Closing it removes the folder. */
public final class PlanFolder implements AutoCloseable {
    static final String LEFT = "It holds lists of images that nothing needs; a run that may delete it removes it.";

    private final MetadataFolder metadata;
    private final String name;
    private final Warnings warnings;

    PlanFolder(MetadataFolder metadata, String name, Warnings warnings) {
        this.metadata = metadata;
        this.name = name;
        this.warnings = warnings;
    }

    /** The path of {@code list}, which need not exist. */
    public String list(String list) {
        return metadata.path(name + "/" + list);
    }

    @Override
    public void close() {
        Uninterrupted.cleanUp(() -> warnings.attempt(() -> metadata.delete(name), LEFT));
    }
}
