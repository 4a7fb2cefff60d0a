package io.vitrine.job.plan;

/** The images that a run has to do, and how many the input has of each kind. */
record RemainingImages(ImageCatalog toDo, ImageCounts counts) {}
