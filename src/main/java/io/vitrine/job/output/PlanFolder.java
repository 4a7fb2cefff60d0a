package io.vitrine.job.output;

/** The folder where a run in progress keeps its lists of images. Closing it removes the folder. */
public final class PlanFolder implements AutoCloseable {
    private final MetadataFolder metadata;
    private final String name;

    PlanFolder(MetadataFolder metadata, String name) {
        this.metadata = metadata;
        this.name = name;
    }

    /** The path of {@code list}, which need not exist. */
    public String list(String list) {
        return metadata.path(name + "/" + list);
    }

    @Override
    public void close() {
        metadata.delete(name);
    }
}
