package io.vitrine.report;

/** The phases of a run, in order. */
public enum RunPhase {
    STARTING_SPARK("starting Spark"),
    PLANNING("reading the checkpoint and planning"),
    LISTING("listing the input"),
    LOADING_MODEL("loading the model"),
    /** From the first image that is done. */
    EXTRACTING("extracting");

    private final String description;

    RunPhase(String description) {
        this.description = description;
    }

    /** In words, for a person. */
    public String description() {
        return description;
    }
}
