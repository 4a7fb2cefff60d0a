package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.image.RgbImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** Decodes four-channel JPEGs, CMYK or YCCK. Pillow takes them all as inverted, which is how Adobe writes them. */
final class CmykJpeg {
    private static final int CHANNELS = 4;
    private static final int ADOBE_BYTES = 12;
    private static final int ADOBE_TRANSFORM = 11; // offset in Adobe's segment

    private CmykJpeg() {}

    static RgbImage decode(FileBytes file, JpegHeader header, OpenCvDecoder openCv) throws ImageRejectedException {
        Optional<byte[]> intact = intactChannels(file, header);
        byte[] channels = intact.isPresent() ? intact.get() : CmykChannels.read(file, header, openCv);
        boolean ycck = adobeTransform(file, header) > 0; // libjpeg takes any other value than 0 for YCCK
        return toRgb(channels, ycck, header);
    }

    /**
     * The channels as ImageIO reads them: in a quarter of OpenCV's time, because it hands them out. Empty where OpenCV has to judge,
     * and where the libjpeg of some JDK gives other levels: of damaged data, and if chroma has half the rows but all columns.
     */
    private static Optional<byte[]> intactChannels(FileBytes file, JpegHeader header) {
        if (header.scans().arePartial() || !isCommonSampling(file)) {
            return Optional.empty();
        }
        AtomicBoolean warned = new AtomicBoolean();
        try {
            Raster raster = ImageIoReader.read(ImageFormat.JPEG, JpegSegments.ofPixels(file), reader -> {
                reader.addIIOReadWarningListener((source, message) -> warned.set(true));
                return reader.readRaster(0, null);
            });
            boolean isExpected = raster.getWidth() == header.width()
                    && raster.getHeight() == header.height()
                    && raster.getNumBands() == CHANNELS
                    && raster.getTransferType() == DataBuffer.TYPE_BYTE;
            return isExpected && !warned.get()
                    ? Optional.of((byte[]) raster.getDataElements(0, 0, header.width(), header.height(), null))
                    : Optional.empty();
        } catch (ImageRejectedException e) {
            return Optional.empty(); // OpenCV says what is wrong, if anything is
        }
    }

    /** Whether each component has all samples, half the columns, or a quarter: half the columns and rows. */
    private static boolean isCommonSampling(FileBytes file) {
        int first = JpegMarkers.frame(file) + 11;
        int max = file.at(first);
        boolean common = true;
        for (int i = 0; i < CHANNELS; i++) {
            int sampling = file.at(first + 3 * i);
            common &= sampling == max
                    || sampling == 0x11 && (max == 0x21 || max == 0x22)
                    || sampling == 0x12 && max == 0x22;
        }
        return common;
    }

    private static RgbImage toRgb(byte[] channels, boolean ycck, JpegHeader header) {
        byte[] rgb = new byte[channels.length / CHANNELS * 3];
        int[] pixel = new int[CHANNELS];
        for (int i = 0, at = 0; i < channels.length; i += CHANNELS) {
            for (int channel = 0; channel < CHANNELS; channel++) {
                pixel[channel] = channels[i + channel] & 0xff;
            }
            if (ycck) {
                toCmyk(pixel);
            }
            for (int c = 0; c < 3; c++) { // stored inverted
                rgb[at++] = Cmyk.toRgb(255 - pixel[c], 255 - pixel[3]);
            }
        }
        return new RgbImage(rgb, header.width(), header.height());
    }

    /** libjpeg's YCCK to CMYK, in place: YCbCr to RGB in 16-bit fixed point, then complemented. K stays. */
    private static void toCmyk(int[] pixel) {
        int y = pixel[0];
        int cb = pixel[1] - 128;
        int cr = pixel[2] - 128;
        int half = 1 << 15;
        pixel[0] = clip(255 - (y + ((91881 * cr + half) >> 16)));
        pixel[1] = clip(255 - (y + ((-22554 * cb - 46802 * cr + half) >> 16)));
        pixel[2] = clip(255 - (y + ((116130 * cb + half) >> 16)));
    }

    private static int clip(int value) {
        return Math.max(0, Math.min(255, value));
    }

    /** The colour transform in the last Adobe segment, or -1 without such a segment. */
    private static int adobeTransform(FileBytes file, JpegHeader header) {
        int transform = -1;
        int next;
        for (int at = JpegMarkers.next(file, 2); at < header.scans().first(); at = JpegMarkers.next(file, next)) {
            next = JpegMarkers.afterSegment(file, at);
            boolean whole = next - at - 4 >= ADOBE_BYTES;
            if (whole && file.at(at + 1) == JpegMarkers.APP14 && file.matches(at + 4, "Adobe")) {
                transform = file.at(at + 4 + ADOBE_TRANSFORM);
            }
        }
        return transform;
    }
}
