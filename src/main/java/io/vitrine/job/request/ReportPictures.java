package io.vitrine.job.request;

/** Whether a run's report shows images. */
public enum ReportPictures {
    /**
     * Paths only, the default. A picture in a report is a copy that the storage's access rules do not protect, and that deleting
     * the image and its rows leaves behind.
     */
    NONE,
    /** Small pictures of a few images of each status, as the model saw them. */
    THUMBNAILS
}
