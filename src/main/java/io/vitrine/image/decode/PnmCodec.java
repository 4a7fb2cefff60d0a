package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.image.RgbImage;

/**
 * Decodes the PNM family: PBM, PGM and PPM, plain and binary, and grey PFM. As in Pillow, samples are scaled to 255; grey of more
 * than 8 bits is scaled to 65535 and then clipped at 255, as 16-bit grey of every format is.
 */
final class PnmCodec implements ImageCodec<PnmHeader> {
    @Override
    public ImageFormat format() {
        return ImageFormat.PNM;
    }

    @Override
    public boolean recognises(FileBytes file) {
        return PnmHeader.kind(file).isPresent();
    }

    @Override
    public PnmHeader readHeader(FileBytes file) throws ImageRejectedException {
        return PnmHeader.read(file);
    }

    @Override
    public RgbImage decode(FileBytes file, PnmHeader header, int scaleDenominator, OpenCvDecoder openCv)
            throws ImageRejectedException {
        byte[] rgb = new byte[3 * header.width() * header.height()];
        switch (header.kind()) {
            case PLAIN_BITMAP -> plainBits(file, header, rgb);
            case PLAIN_GREY, PLAIN_COLOUR -> plainSamples(file, header, rgb);
            case BITMAP -> bits(file, header, rgb);
            case GREY, COLOUR -> samples(file, header, rgb);
            case CMYK -> inks(file, header, rgb);
            case FLOAT_LITTLE_ENDIAN, FLOAT_BIG_ENDIAN -> floats(file, header, rgb);
        }
        return new RgbImage(rgb, header.width(), header.height());
    }

    private static void plainBits(FileBytes file, PnmHeader header, byte[] rgb) throws ImageRejectedException {
        PnmText text = new PnmText(file, header.dataOffset());
        for (int at = 0; at < rgb.length; at += 3) {
            grey(rgb, at, text.bit() == 0 ? 255 : 0);
        }
        text.checkBitsToEndOfBlock();
    }

    private static void plainSamples(FileBytes file, PnmHeader header, byte[] rgb) throws ImageRejectedException {
        PnmText text = new PnmText(file, header.dataOffset());
        byte[] levels = levels(header);
        int step = header.kind().channels == 1 ? 3 : 1;
        for (int at = 0; at < rgb.length; at += step) {
            byte level = levels[text.sample(header.maxValue())];
            if (step == 3) {
                grey(rgb, at, level);
            } else {
                rgb[at] = level;
            }
        }
        text.checkWordsToEndOfBlock();
    }

    /** Rows start at a byte; a set bit is black. */
    private static void bits(FileBytes file, PnmHeader header, byte[] rgb) {
        int stride = (header.width() + 7) / 8;
        for (int y = 0, at = 0; y < header.height(); y++) {
            for (int x = 0; x < header.width(); x++, at += 3) {
                int bit = file.at(header.dataOffset() + y * stride + x / 8) >> (7 - x % 8) & 1;
                grey(rgb, at, bit == 0 ? 255 : 0);
            }
        }
    }

    private static void samples(FileBytes file, PnmHeader header, byte[] rgb) {
        byte[] levels = levels(header);
        boolean grey = header.kind().channels == 1;
        for (int at = 0, sample = 0; at < rgb.length; at += grey ? 3 : 1, sample++) {
            byte level = levels[sample(file, header, sample)];
            if (grey) {
                grey(rgb, at, level);
            } else {
                rgb[at] = level;
            }
        }
    }

    private static void inks(FileBytes file, PnmHeader header, byte[] rgb) {
        byte[] levels = levels(header);
        for (int at = 0, sample = 0; at < rgb.length; at += 3, sample += 4) {
            int black = levels[sample(file, header, sample + 3)] & 0xff;
            for (int c = 0; c < 3; c++) {
                rgb[at + c] = Cmyk.toRgb(levels[sample(file, header, sample + c)] & 0xff, black);
            }
        }
    }

    /** Rows are stored from the bottom. Levels are cut off to 0 to 255. */
    private static void floats(FileBytes file, PnmHeader header, byte[] rgb) {
        boolean littleEndian = header.kind() == PnmHeader.Kind.FLOAT_LITTLE_ENDIAN;
        int from = header.dataOffset();
        for (int y = header.height() - 1; y >= 0; y--) {
            for (int x = 0; x < header.width(); x++, from += 4) {
                int bits = 0;
                for (int i = 0; i < 4; i++) {
                    bits = bits << 8 | file.at(from + (littleEndian ? 3 - i : i));
                }
                int level = (int) Float.intBitsToFloat(bits); // 0 if not a number
                grey(rgb, 3 * (y * header.width() + x), Math.max(0, Math.min(255, level)));
            }
        }
    }

    private static int sample(FileBytes file, PnmHeader header, int index) {
        return header.bytesPerSample() == 1
                ? file.at(header.dataOffset() + index)
                : file.at(header.dataOffset() + 2 * index) << 8 | file.at(header.dataOffset() + 2 * index + 1);
    }

    /** The 8-bit level of each sample. Samples above the maximum are white. */
    private static byte[] levels(PnmHeader header) {
        int white = header.kind().channels == 1 && header.maxValue() > 255 ? 65_535 : 255;
        byte[] levels = new byte[header.bytesPerSample() == 1 ? 256 : 65_536];
        for (int i = 0; i < levels.length; i++) {
            levels[i] = (byte) Math.min(255, Math.rint(i / (double) header.maxValue() * white));
        }
        return levels;
    }

    private static void grey(byte[] rgb, int at, int level) {
        rgb[at] = (byte) level;
        rgb[at + 1] = (byte) level;
        rgb[at + 2] = (byte) level;
    }
}
