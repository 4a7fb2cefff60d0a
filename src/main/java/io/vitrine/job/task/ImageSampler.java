package io.vitrine.job.task;

import io.vitrine.image.preprocess.Thumbnail;
import io.vitrine.inference.PixelBatch;
import io.vitrine.job.rows.ImageResult;
import io.vitrine.job.rows.RowStatus;
import io.vitrine.report.Gallery;
import java.util.Optional;

/** Keeps a few results of each status for the run's report. */
final class ImageSampler {
    private static final byte[] NO_PICTURE = new byte[0];

    private final Gallery gallery;
    private final Optional<Thumbnail> thumbnail;

    /** @param thumbnail makes pictures; empty if the report shows none */
    ImageSampler(Gallery gallery, Optional<Thumbnail> thumbnail) {
        this.gallery = gallery;
        this.thumbnail = thumbnail;
    }

    /**
     * Looks at a result.
     *
     * @param batch of the result, not refilled
     */
    void look(ImageResult result, PixelBatch batch) {
        String path = result.ref().path();
        if (result instanceof ImageResult.Failed failed) {
            String status = RowStatus.of(failed.rejection().reason());
            if (gallery.wants(status, path)) {
                gallery.add(new Gallery.Entry(
                        status, path, String.valueOf(failed.rejection().getMessage()), NO_PICTURE));
            }
        } else if (result instanceof ImageResult.Extracted extracted && gallery.wants(RowStatus.OK, path)) {
            byte[] picture = thumbnail
                    .map(maker -> maker.jpeg(batch.image(extracted.index())))
                    .orElse(NO_PICTURE);
            gallery.add(new Gallery.Entry(RowStatus.OK, path, "", picture));
        }
    }
}
