package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.Size;
import io.vitrine.image.RgbImage;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Decodes the JPEGs within a TIFF. They may share tables; and how their colours are stored, the TIFF says, not they. libtiff has
 * limits of its own: the size of the strip, and 100 scans.
 */
final class TiffJpeg {
    private static final int MAX_SCANS = 32; // of each pixel
    private static final int SLACK =
            1 << 16; // pixels by which a JPEG may exceed its strip, which need not be whole blocks

    private final TiffHeader header;
    private final TiffParts parts;
    private final OpenCvDecoder openCv;
    private final List<FileBytes> start = new ArrayList<>();
    private long scannedPixels;

    TiffJpeg(TiffTags tags, TiffHeader header, OpenCvDecoder openCv) {
        this.header = header;
        this.parts = header.parts();
        this.openCv = openCv;
        boolean converted = header.samples().kind() == TiffSamples.Kind.YCBCR;
        start.add(FileBytes.of(startOfImage(converted ? 1 : 0)));
        addSegments(tags.bytes(TiffTags.JPEG_TABLES), start);
    }

    /** The marker, and Adobe's segment, which says how colours are stored: 0 as they are, 1 YCbCr. */
    private static byte[] startOfImage(int transform) {
        byte[] start = {
            (byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) 0xee, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 0
        };
        start[start.length - 1] = (byte) transform;
        return start;
    }

    /** Adds all but applications' segments, up to the first scan; and all from there on. */
    private static void addSegments(FileBytes jpeg, List<FileBytes> to) {
        int at = JpegMarkers.next(jpeg, 2);
        while (at < jpeg.length() && !JpegMarkers.isScan(jpeg, at)) {
            int next = JpegMarkers.afterSegment(jpeg, at);
            if (jpeg.at(at + 1) < JpegMarkers.APP0 || jpeg.at(at + 1) > JpegMarkers.APP15) {
                to.add(jpeg.part(at, next));
            }
            at = JpegMarkers.next(jpeg, next);
        }
        to.add(jpeg.part(Math.min(at, jpeg.length()), jpeg.length()));
    }

    /**
     * Decodes one strip or tile.
     *
     * @throws ImageRejectedException if it is damaged, larger than its strip or tile, or has too many scans
     */
    void decode(FileBytes data, byte[] out, int length) throws ImageRejectedException {
        FileBytes file = whole(data);
        JpegHeader jpeg = JpegHeader.read(file);
        int rows = (int) (length / parts.rowBytes());
        int channels = parts.planes() > 1 ? 1 : header.samples().count();
        if (jpeg.components() != channels || header.samples().bits() != 8) {
            throw corrupt("a TIFF of " + channels + " samples has a JPEG of " + jpeg.components());
        }
        requireSize(jpeg, rows);
        boolean readToItsEnd = jpeg.height() <= rows && !jpeg.scans().arePartial();
        Optional<JpegTrailer.Fault> fault = readToItsEnd ? JpegTrailer.fault(file, jpeg) : Optional.empty();
        if (fault.isPresent()) {
            throw fault.get().rejection();
        }
        Arrays.fill(out, 0, length, (byte) 0); // a JPEG may be smaller than its strip
        if (channels == CmykJpeg.CHANNELS) {
            copy(CmykJpeg.channels(file, jpeg, openCv), jpeg, out, rows);
        } else {
            Size size = new Size(jpeg.height(), jpeg.width());
            copy(openCv.decode(List.of(file), ImageFormat.JPEG, size, 1), channels, out, rows);
        }
    }

    /** The JPEG with the tables that it shares. */
    private FileBytes whole(FileBytes data) {
        List<FileBytes> segments = new ArrayList<>(start);
        addSegments(data, segments);
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        segments.forEach(segment -> whole.write(segment.array(), segment.offset(), segment.length()));
        return FileBytes.of(whole.toByteArray());
    }

    private void requireSize(JpegHeader jpeg, int rows) throws ImageRejectedException {
        boolean longStrip = !parts.tiled() && jpeg.width() == parts.width() && jpeg.height() <= parts.height();
        if (jpeg.width() > parts.width() || jpeg.height() > rows && !longStrip) {
            throw corrupt("a TIFF's strip or tile of " + parts.width() + " x " + rows + " pixels has a JPEG of "
                    + jpeg.width() + " x " + jpeg.height());
        }
        scannedPixels += jpeg.scannedPixels();
        if (scannedPixels / MAX_SCANS > header.paddedPixels() + SLACK) {
            throw new ImageRejectedException(
                    RejectionReason.UNSUPPORTED,
                    "TIFF whose JPEGs have more than " + MAX_SCANS + " scans is not supported");
        }
    }

    private void copy(RgbImage image, int channels, byte[] out, int rows) {
        int rowBytes = (int) parts.rowBytes();
        for (int y = 0; y < Math.min(rows, image.height()); y++) {
            int from = 3 * image.width() * y;
            if (channels == 3) {
                System.arraycopy(image.pixels(), from, out, rowBytes * y, 3 * image.width());
            } else {
                for (int x = 0; x < image.width(); x++) {
                    out[rowBytes * y + x] = image.pixels()[from + 3 * x];
                }
            }
        }
    }

    private void copy(byte[] samples, JpegHeader jpeg, byte[] out, int rows) {
        int bytes = CmykJpeg.CHANNELS * jpeg.width();
        for (int y = 0; y < Math.min(rows, jpeg.height()); y++) {
            System.arraycopy(samples, bytes * y, out, (int) parts.rowBytes() * y, bytes);
        }
    }

    private static ImageRejectedException corrupt(String message) {
        return new ImageRejectedException(RejectionReason.CORRUPT, message);
    }
}
