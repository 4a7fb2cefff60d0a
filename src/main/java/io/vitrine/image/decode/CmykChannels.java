package io.vitrine.image.decode;

import static io.vitrine.image.decode.FlattenedJpeg.Level.FULL;
import static io.vitrine.image.decode.FlattenedJpeg.Level.KEPT;
import static io.vitrine.image.decode.FlattenedJpeg.Level.MIDDLE;
import static io.vitrine.image.decode.FlattenedJpeg.Level.ZERO;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import java.util.List;

/**
 * Reads the channels of a four-channel JPEG with OpenCV, damaged or not. OpenCV makes RGB of them, which loses levels: a colour is
 * {@code k - ((255 - c) * k >> 8)}, where {@code c} is cyan, magenta or yellow and {@code k} is black. So the file is decoded four more
 * times, each time with some channels {@link FlattenedJpeg flat}, for the exact levels of the others.
 */
final class CmykChannels {
    private static final int CHANNELS = 4;
    private static final int CMYK = 0;
    private static final int YCCK = 2;

    // OpenCV's colours for a channel of 254. They differ from those of 255.
    private static final int FIRST_AS_Y = 2;
    private static final int SECOND_AS_CB = 33;
    private static final int THIRD_AS_CR = 79;

    private final FileBytes file;
    private final JpegHeader header;
    private final OpenCvDecoder openCv;
    private final byte[] channels;

    private CmykChannels(FileBytes file, JpegHeader header, OpenCvDecoder openCv) throws ImageRejectedException {
        this.file = file;
        this.header = header;
        this.openCv = openCv;
        this.channels = new byte[ImageLimits.arrayLength(header, CHANNELS)];
    }

    /**
     * Reads the file.
     *
     * @return levels of 0 to 255, as stored: four for each pixel, one after the other
     * @throws ImageRejectedException if libjpeg refuses the file
     */
    static byte[] read(FileBytes file, JpegHeader header, OpenCvDecoder openCv) throws ImageRejectedException {
        openCv.decode(JpegSegments.ofPixels(file), header); // whether libjpeg takes the file as it is
        CmykChannels reader = new CmykChannels(file, header, openCv);
        reader.readChannels();
        return reader.channels;
    }

    private void readChannels() throws ImageRejectedException {
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
}
