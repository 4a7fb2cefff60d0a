package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.image.RgbImage;
import java.util.Arrays;

/** Decodes the strips or tiles of a TIFF, one after the other. */
final class TiffPixels {
    private static final int NO_PREDICTOR = 1;
    private static final int HORIZONTAL = 2;
    private static final int FLOATING_POINT = 3;
    private static final byte[] REVERSED = new byte[256];

    static {
        for (int i = 0; i < 256; i++) {
            REVERSED[i] = (byte) (Integer.reverse(i) >>> 24);
        }
    }

    private final FileBytes file;
    private final TiffHeader header;
    private final TiffTags tags;
    private final TiffParts parts;
    private final TiffSamples samples;
    private final byte[] rgb;
    private final TiffUnpacker unpacker;
    private byte[] interleaved = new byte[0];

    private TiffPixels(FileBytes file, TiffHeader header, TiffTags tags) {
        this.file = file;
        this.header = header;
        this.tags = tags;
        this.parts = header.parts();
        this.samples = header.samples();
        this.rgb = new byte[3 * header.width() * header.height()];
        this.unpacker = new TiffUnpacker(samples, header.palette(), tags.isLittleEndian(), rgb, header.width());
    }

    /** Decodes the pixels as stored. */
    static RgbImage decode(FileBytes file, TiffHeader header, OpenCvDecoder openCv) throws ImageRejectedException {
        TiffTags tags = TiffTags.read(file);
        boolean uncompressed = header.compression() == TiffCompression.NONE;
        TiffPixels pixels = new TiffPixels(file, header, uncompressed ? tags : tags.asInLibtiff());
        if (uncompressed) {
            pixels.copyAll();
        } else if (header.compression() == TiffCompression.OLD_JPEG) {
            TiffOldJpeg.decode(file, pixels.tags, header, pixels.rgb);
        } else if (header.compression() == TiffCompression.JPEG) {
            pixels.decodeAll(new TiffJpeg(pixels.tags, header, openCv)::decode);
        } else {
            try (TiffDecompressor decompressor = new TiffDecompressor(header.compression())) {
                pixels.decodeAll((data, out, length) -> {
                    decompressor.decode(data, out, length);
                    pixels.undoDifferences(out, length);
                });
            }
        }
        return new RgbImage(pixels.rgb, header.width(), header.height());
    }

    /** Decodes one strip or tile. */
    private interface PartDecoder {
        /** Fills {@code length} bytes of {@code out} with the samples that {@code data} hold. */
        void decode(FileBytes data, byte[] out, int length) throws ImageRejectedException;
    }

    private void decodeAll(PartDecoder decoder) throws ImageRejectedException {
        byte[][] planes = new byte[parts.planes()][0];
        int[] starts = new int[planes.length];
        for (int row = 0; row < parts.down(); row++) {
            int length = arrayLength(parts.bytes(row, header.height()));
            for (int column = 0; column < parts.across(); column++) {
                for (int plane = 0; plane < planes.length; plane++) {
                    if (planes[plane].length < length) {
                        planes[plane] = new byte[length];
                    }
                    FileBytes data = TiffCompressedParts.data(parts, tags, file, plane, row, column);
                    boolean reversed = samples.reversedBits() && header.compression() != TiffCompression.JPEG;
                    decoder.decode(reversed ? reversed(data) : data, planes[plane], length);
                }
                int columns = parts.columns(column, header.width());
                for (int y = 0; y < parts.rows(row, header.height()); y++) {
                    Arrays.fill(starts, (int) parts.rowBytes() * y);
                    unpack(planes, starts, column * parts.width(), row * parts.height() + y, columns);
                }
            }
        }
    }

    /** Unpacks uncompressed samples where they lie in the file. */
    private void copyAll() throws ImageRejectedException {
        long[] offsets = TiffRawParts.offsets(parts, tags);
        FileBytes source = samples.reversedBits() ? reversed(file) : file;
        byte[] zeros = new byte[arrayLength(parts.rowBytes())];
        byte[][] planes = new byte[parts.planes()][];
        int[] starts = new int[planes.length];
        for (int row = 0; row < parts.down(); row++) {
            for (int column = 0; column < parts.across(); column++) {
                int columns = parts.columns(column, header.width());
                long stride = TiffRawParts.stride(parts, columns, samples);
                for (int y = 0; y < parts.rows(row, header.height()); y++) {
                    for (int plane = 0; plane < planes.length; plane++) {
                        int part = (plane * parts.down() + row) * parts.across() + column;
                        boolean present = part < offsets.length && offsets[part] >= 0;
                        planes[plane] = present ? source.array() : zeros;
                        starts[plane] = present ? (int) (source.offset() + offsets[part] + stride * y) : 0;
                    }
                    boolean black = samples.whiteIsZero() && planes[0] == zeros;
                    if (!black) {
                        unpack(planes, starts, column * parts.width(), row * parts.height() + y, columns);
                    }
                }
            }
        }
    }

    private void unpack(byte[][] planes, int[] starts, int x, int y, int columns) {
        if (planes.length == 1) {
            unpacker.unpack(planes[0], starts[0], x, y, columns);
            return;
        }
        int bytes = samples.bits() / 8;
        if (interleaved.length < columns * bytes * planes.length) {
            interleaved = new byte[columns * bytes * planes.length];
        }
        for (int plane = 0; plane < planes.length; plane++) {
            for (int i = 0, from = starts[plane]; i < columns; i++) {
                for (int b = 0; b < bytes; b++) {
                    interleaved[(i * planes.length + plane) * bytes + b] = planes[plane][from++];
                }
            }
        }
        unpacker.unpack(interleaved, 0, x, y, columns);
    }

    private void undoDifferences(byte[] part, int length) throws ImageRejectedException {
        long predictor =
                header.compression().hasPredictor() ? tags.first(TiffTags.PREDICTOR, NO_PREDICTOR) : NO_PREDICTOR;
        if (predictor == NO_PREDICTOR) {
            return;
        }
        boolean floats = predictor == FLOATING_POINT && samples.format() == TiffSamples.Format.FLOAT;
        if (!floats && (predictor != HORIZONTAL || samples.bits() < 8 || samples.bits() == 12)) {
            throw new ImageRejectedException(
                    RejectionReason.CORRUPT,
                    "TIFF with predictor " + predictor + " and samples of " + samples.bits() + " bits");
        }
        int channels = parts.planes() > 1 ? 1 : samples.count();
        int rowBytes = (int) parts.rowBytes();
        for (int from = 0; from < length; from += rowBytes) {
            if (floats) {
                TiffPredictor.addUpFloats(
                        part, from, from + rowBytes, samples.bits() / 8, channels, tags.isLittleEndian());
            } else {
                TiffPredictor.addUp(part, from, from + rowBytes, samples.bits() / 8, channels, tags.isLittleEndian());
            }
        }
    }

    private static FileBytes reversed(FileBytes data) {
        byte[] bytes = new byte[data.length()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = REVERSED[data.at(i)];
        }
        return FileBytes.of(bytes);
    }

    private static int arrayLength(long bytes) throws ImageRejectedException {
        if (bytes > Integer.MAX_VALUE - 8) {
            throw new ImageRejectedException(
                    RejectionReason.TOO_LARGE, "TIFF has a strip or tile of " + bytes + " bytes");
        }
        return (int) bytes;
    }
}
