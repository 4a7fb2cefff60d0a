package io.vitrine.cli;

import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.decode.ExifOrientation;
import io.vitrine.image.decode.HeicDecoding;
import io.vitrine.image.decode.ImageLimits;
import io.vitrine.image.decode.JpegScaling;
import io.vitrine.job.request.ImageRequest;
import picocli.CommandLine.Option;

/** The options that say how images are decoded, and which are not. */
@Section("Input")
final class ImageOptions {
    /** What happens with EXIF orientation. */
    enum Exif {
        apply,
        ignore
    }

    /** What happens with HEIC images. */
    enum Heic {
        skip,
        decode
    }

    @Option(
            names = "--exif",
            paramLabel = "WHAT",
            defaultValue = "apply",
            description = "EXIF orientation: apply, as the reference's pipelines do, or ignore, as its bare image"
                    + " processors do.")
    private Exif exif;

    @Option(
            names = "--heic",
            paramLabel = "WHAT",
            defaultValue = "skip",
            description =
                    "HEIC images: skip (unsupported), or decode. Patents cover HEVC, which they are coded with; who decodes"
                            + " it may need a licence. With decode, images that earlier runs have skipped are done.")
    private Heic heic;

    @Option(
            names = "--max-image-bytes",
            paramLabel = "BYTES",
            defaultValue = "" + ImageLimits.DEFAULT_MAX_BYTES,
            description = "A larger file becomes a failed row (too_large).")
    private long maxBytes;

    @Option(
            names = "--max-pixels",
            paramLabel = "PIXELS",
            defaultValue = "" + ImageLimits.DEFAULT_MAX_PIXELS,
            description = "An image with more pixels, by its header, becomes a failed row (too_large).")
    private long maxPixels;

    ImageRequest request(JpegScaling jpegScaling) {
        DecodeOptions decoding = new DecodeOptions(
                exif == Exif.apply ? ExifOrientation.APPLY : ExifOrientation.IGNORE,
                jpegScaling,
                heic == Heic.decode ? HeicDecoding.DECODE : HeicDecoding.SKIP);
        return new ImageRequest(decoding, new ImageLimits(maxBytes, maxPixels));
    }
}
