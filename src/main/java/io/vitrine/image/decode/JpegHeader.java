package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;

/**
 * A JPEG's frame, scans and orientation.
 *
 * @param components colour channels: 1, 3 or 4
 * @param completeness truncated if there are several scans and no end; whether a single scan is whole shows when it is decoded
 */
record JpegHeader(int width, int height, int orientation, int components, JpegScans scans, Completeness completeness)
        implements ImageHeader {
    static JpegHeader read(FileBytes file) throws ImageRejectedException {
        return new JpegHeaderReader(file).read();
    }

    @Override
    public ImageFormat format() {
        return ImageFormat.JPEG;
    }

    @Override
    public boolean isScalable() {
        return !isCmyk();
    }

    @Override
    public long scannedPixels() {
        return (long) scans.count() * width * height;
    }

    boolean isCmyk() {
        return components == 4;
    }
}
