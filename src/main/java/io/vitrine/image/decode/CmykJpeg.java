package io.vitrine.image.decode;

import static io.vitrine.image.decode.FlattenedJpeg.Level.FULL;
import static io.vitrine.image.decode.FlattenedJpeg.Level.KEPT;
import static io.vitrine.image.decode.FlattenedJpeg.Level.MIDDLE;
import static io.vitrine.image.decode.FlattenedJpeg.Level.ZERO;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.image.RgbImage;
import java.util.List;

/**
 * Decodes four-channel JPEGs, CMYK or YCCK. Pillow takes them all as inverted, which is how Adobe writes them.
 *
 * <p>OpenCV makes RGB of them, which loses levels: a colour is {@code k - ((255 - c) * k >> 8)}, where {@code c} is cyan, magenta or
 * yellow and {@code k} is black. So the file is decoded four more times, each time with some channels {@link FlattenedJpeg flat}, for
 * the exact levels of the others.
 */
final class CmykJpeg {
    /** How often a file is decoded. */
    static final int DECODES = 5;

    private static final int CHANNELS = 4;
    private static final int CMYK = 0;
    private static final int YCCK = 2;
    private static final int ADOBE_BYTES = 12;
    private static final int ADOBE_TRANSFORM = 11; // offset in Adobe's segment

    // OpenCV's colours for a channel of 254. They differ from those of 255.
    private static final int FIRST_AS_Y = 2;
    private static final int SECOND_AS_CB = 33;
    private static final int THIRD_AS_CR = 79;

    private final FileBytes file;
    private final JpegHeader header;
    private final OpenCvDecoder openCv;
    private final byte[] channels; // of each pixel, one after the other

    private CmykJpeg(FileBytes file, JpegHeader header, OpenCvDecoder openCv) {
        this.file = file;
        this.header = header;
        this.openCv = openCv;
        this.channels = new byte[CHANNELS * header.width() * header.height()];
    }

    static RgbImage decode(FileBytes file, JpegHeader header, OpenCvDecoder openCv) throws ImageRejectedException {
        CmykJpeg jpeg = new CmykJpeg(file, header, openCv);
        jpeg.readChannels();
        return jpeg.toRgb();
    }

    private void readChannels() throws ImageRejectedException {
        openCv.decode(JpegSegments.ofPixels(file), header); // whether libjpeg takes the file as it is
        byte[] black = colours(CMYK, FULL, FULL, FULL, KEPT); // each colour is k
        for (int i = 0; i < channels.length; i += CHANNELS) {
            channels[i + 3] = black[3 * (i / CHANNELS)];
        }
        byte[] others = colours(CMYK, KEPT, KEPT, KEPT, FULL); // each colour is c + 1, at most 255
        for (int i = 0; i < channels.length; i += CHANNELS) {
            for (int channel = 0; channel < 3; channel++) {
                int colour = others[3 * (i / CHANNELS) + channel] & 0xff;
                channels[i + channel] = (byte) (colour == 255 ? 255 : colour - 1);
            }
        }
        // What is 255 so far may be 254. Taken for YCCK, libjpeg's C is 255 - Y, and so on.
        byte[] first = colours(YCCK, KEPT, MIDDLE, MIDDLE, FULL);
        for (int i = 0; i < channels.length; i += CHANNELS) {
            correct(i, first[3 * (i / CHANNELS)], FIRST_AS_Y);
        }
        byte[] secondAndThird = colours(YCCK, ZERO, KEPT, KEPT, FULL);
        for (int i = 0; i < channels.length; i += CHANNELS) {
            correct(i + 1, secondAndThird[3 * (i / CHANNELS) + 2], SECOND_AS_CB);
            correct(i + 2, secondAndThird[3 * (i / CHANNELS)], THIRD_AS_CR);
        }
    }

    private byte[] colours(int transform, FlattenedJpeg.Level... levels) throws ImageRejectedException {
        return openCv.decode(FlattenedJpeg.of(file, header, List.of(levels), transform), header)
                .pixels();
    }

    private void correct(int index, byte colour, int colourOf254) {
        if (channels[index] == (byte) 255 && colour == (byte) colourOf254) {
            channels[index] = (byte) 254;
        }
    }

    private RgbImage toRgb() {
        boolean ycck = adobeTransform() > 0; // libjpeg takes any other value than 0 for YCCK
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
    private int adobeTransform() {
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
