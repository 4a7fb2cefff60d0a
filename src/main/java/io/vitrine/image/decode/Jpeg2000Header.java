package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.image.jpeg2000.Codestream;

/**
 * The header of a JPEG 2000 image: of a JP2 file, or of a bare codestream.
 *
 * @param codestream offset of the codestream
 * @param mode what Pillow reads the image as
 * @param samples how its components become colours
 * @param palette of the modes P and PA; else all black
 * @param passSamples samples that coding passes go through at most; 0 before the file was walked through
 */
record Jpeg2000Header(
        int width,
        int height,
        int codestream,
        Jp2Mode mode,
        Jpeg2000Samples samples,
        Jp2Palette palette,
        long passSamples)
        implements ImageHeader {
    /** A coding pass takes a quarter of the time that a scan of a JPEG takes. */
    private static final int PASSES_PER_SCAN = 4;

    static final String SIGNATURE = "\0\0\0\fjP  \r\n\u0087\n";
    static final String CODESTREAM = "\u00ffO\u00ffQ";

    static Jpeg2000Header read(FileBytes file) throws ImageRejectedException {
        return file.matches(0, SIGNATURE) ? readFile(file) : readCodestream(file);
    }

    private static Jpeg2000Header readFile(FileBytes file) throws ImageRejectedException {
        Jp2PillowBoxes pillow = new Jp2PillowBoxes(file);
        Jp2OpenJpegBoxes boxes = new Jp2OpenJpegBoxes(file);
        Codestream codestream = Codestream.read(file, boxes.codestream());
        if (boxes.width() != codestream.width()
                || boxes.height() != codestream.height()
                || pillow.width() != codestream.width()
                || pillow.height() != codestream.height()) {
            throw Jp2Box.corrupt("its header says " + boxes.width() + " x " + boxes.height()
                    + " pixels, its codestream " + codestream.width() + " x " + codestream.height());
        }
        Jpeg2000Samples samples = Jpeg2000Samples.of(pillow.mode(), boxes.colourSpace(), codestream.components());
        return new Jpeg2000Header(
                codestream.width(),
                codestream.height(),
                boxes.codestream(),
                pillow.mode(),
                samples,
                pillow.palette(),
                0);
    }

    private static Jpeg2000Header readCodestream(FileBytes file) throws ImageRejectedException {
        Codestream codestream = Codestream.read(file, 0);
        ByteReader in = ByteReader.bigEndian(file);
        Jp2PillowBoxes.checkComments(file, 4L + in.u16(4));
        Jp2Mode mode =
                switch (codestream.components().size()) {
                    case 1 -> codestream.components().get(0).precision() > 8 ? Jp2Mode.I16 : Jp2Mode.L;
                    case 2 -> Jp2Mode.LA;
                    case 3 -> Jp2Mode.RGB;
                    default -> Jp2Mode.RGBA;
                };
        Jpeg2000Samples samples = Jpeg2000Samples.of(mode, 0, codestream.components());
        return new Jpeg2000Header(codestream.width(), codestream.height(), 0, mode, samples, Jp2Palette.BLACK, 0);
    }

    /** Counts coding passes: of up to 65,535 tiles, each of which may have parameters of its own. */
    @Override
    public Jpeg2000Header walked(FileBytes file) throws ImageRejectedException {
        Codestream.Extent extent = Codestream.read(file, codestream).measure();
        if (file.matches(0, SIGNATURE)) {
            new Jp2OpenJpegBoxes(file).checkRest(extent.end());
        }
        return new Jpeg2000Header(width, height, codestream, mode, samples, palette, extent.passSamples());
    }

    @Override
    public ImageFormat format() {
        return ImageFormat.JPEG2000;
    }

    /** A file that is cut off is rejected when it is walked through. */
    @Override
    public Completeness completeness() {
        return Completeness.COMPLETE;
    }

    @Override
    public long scannedPixels() {
        return passSamples / PASSES_PER_SCAN;
    }
}
