package io.vitrine.report;

/** Shows how many of a known number of images are done. */
interface ImageMeter extends AutoCloseable {
    /** Shows nothing. */
    ImageMeter NONE = (done, failed) -> {};

    /**
     * Shows a new state.
     *
     * @param done images so far, at least one, failed ones included
     * @param failed images so far without features
     */
    void update(long done, long failed);

    @Override
    default void close() {}
}
