package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.image.RgbImage;

/**
 * Reads one image format. Codecs have no state, so threads share them.
 *
 * @param <H> the format's header
 */
interface ImageCodec<H extends ImageHeader> {
    ImageFormat format();

    /** Whether the file starts with this format's signature. */
    boolean recognises(FileBytes file);

    /**
     * Parses the header and finds out whether the file is complete.
     *
     * @throws ImageRejectedException if the header is cut off, corrupt, or of an unsupported kind
     */
    H readHeader(FileBytes file) throws ImageRejectedException;

    /**
     * Decodes to the pixels of Pillow's {@code convert("RGB")}, as stored; upright if the header {@link
     * ImageHeader#isAlwaysUpright}.
     *
     * @param scaleDenominator 2, 4 or 8 to decode a {@link ImageHeader#isScalable scalable} image at a fraction of its size,
     *     rounded up; else 1
     * @param openCv for codecs that need it
     * @return valid until {@code openCv} decodes again
     * @throws ImageRejectedException if the image is corrupt
     */
    RgbImage decode(FileBytes file, H header, int scaleDenominator, OpenCvDecoder openCv) throws ImageRejectedException;
}
