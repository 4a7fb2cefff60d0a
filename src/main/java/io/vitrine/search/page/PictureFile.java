package io.vitrine.search.page;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.Size;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.decode.ExifOrientation;
import io.vitrine.image.decode.HeicDecoding;
import io.vitrine.image.decode.ImageLimits;
import io.vitrine.image.decode.JpegScaling;
import io.vitrine.image.isolate.DecodeIsolation;
import io.vitrine.image.isolate.DecodeRecipe;
import io.vitrine.image.isolate.DecodedFile;
import io.vitrine.image.isolate.TaskDecoder;
import io.vitrine.image.preprocess.ImageProcessor;
import io.vitrine.image.preprocess.Preprocessing;
import io.vitrine.image.preprocess.ResizeTarget;
import io.vitrine.image.preprocess.SmallJpeg;
import java.time.Duration;
import java.util.Optional;

/**
 * Files of images to small upright pictures, made with the job's decoder: every format that the job reads, and none that hangs or is
 * too large. Not thread-safe.
 */
final class PictureFile implements AutoCloseable {
    /** The longer side, in pixels: sharp on a phone that shows two in a row. About 10 KB. */
    static final int SIDE = 240;

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final DecodeOptions OPTIONS =
            new DecodeOptions(ExifOrientation.APPLY, JpegScaling.FAST, HeicDecoding.DECODE);
    private static final ResizeTarget TARGET = new ResizeTarget.LongestEdge(SIDE);

    private final TaskDecoder decoder = new TaskDecoder(
            new DecodeRecipe(
                    Preprocessing.builder(ImageProcessor.VIT).resizeTo(TARGET).build(), ImageLimits.DEFAULT, OPTIONS),
            Optional.of(LIMIT),
            DecodeIsolation.AUTO);

    /** The picture of a file. */
    Picture of(FileBytes file) {
        DecodedFile decoded = decoder.decode(file);
        if (decoded instanceof DecodedFile.Pixels pixels) {
            Size size = TARGET.of(pixels.header().decodedSize(OPTIONS.exif()));
            return new Picture.Small(SmallJpeg.of(pixels.pixels(), size), size.width(), size.height());
        }
        return unreadable(((DecodedFile.Rejected) decoded).cause());
    }

    static Picture unreadable(ImageRejectedException cause) {
        return new Picture.Unreadable(cause.reason().status() + ": " + cause.getMessage());
    }

    @Override
    public void close() {
        decoder.close();
    }
}
