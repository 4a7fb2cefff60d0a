package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;

/**
 * A JPEG's frame header and orientation.
 *
 * @param components colour channels: 1, 3 or 4
 * @param scans passes over the image: 1 for most JPEGs, about 10 for progressive ones
 */
record JpegHeader(int width, int height, int orientation, int components, int scans, Completeness completeness)
        implements ImageHeader {
    private static final String EXIF = "Exif\0\0";
    private static final String XMP = "http://ns.adobe.com/xap/1.0/\0";
    /** The limit of libjpeg-turbo's own tests with hostile files. Encoders write about 10 scans; each costs time. */
    private static final int MAX_SCANS = 500;

    private static final int APP1 = 0xe1;
    private static final int EOI = 0xd9; // end of image
    private static final int SOS = 0xda; // start of scan

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
        return (long) scans * width * height;
    }

    boolean isCmyk() {
        return components == 4;
    }

    static JpegHeader read(FileBytes file) throws ImageRejectedException {
        ByteReader in = ByteReader.bigEndian(file);
        int exif = 0;
        int xmp = 0;
        long at = 2;
        while (true) {
            while (in.u8(at) != 0xff) {
                at++;
            }
            int marker = in.u8(at + 1);
            if (marker == 0xff) { // fill byte
                at++;
                continue;
            }
            if (marker == 0 || marker == 1 || isRestartOrStart(marker)) { // no length follows
                at += 2;
                continue;
            }
            if (marker == EOI || marker == SOS) {
                throw new ImageRejectedException(RejectionReason.CORRUPT, "JPEG has no frame header before its data");
            }
            int length = in.u16(at + 2);
            long data = at + 4;
            if (isFrame(marker)) {
                int components = in.u8(data + 5);
                if (components != 1 && components != 3 && components != 4) {
                    throw new ImageRejectedException(
                            RejectionReason.UNSUPPORTED, "JPEG with " + components + " components is not supported");
                }
                int orientation = exif == 0 ? xmp : exif;
                int scan = JpegMarkers.nextScan(file, (int) at);
                return new JpegHeader(
                        in.u16(data + 3),
                        in.u16(data + 1),
                        orientation == 0 ? 1 : orientation,
                        components,
                        scans(file, scan, marker, components),
                        completeness(file, scan));
            }
            int end = (int) Math.min(file.length(), at + 2 + length);
            if (marker == APP1 && exif == 0 && file.matches(data, EXIF)) {
                exif = Orientation.inExif(file, (int) data + EXIF.length(), end);
            } else if (marker == APP1 && xmp == 0 && file.matches(data, XMP)) {
                xmp = Orientation.inXmp(file, (int) data + XMP.length(), end);
            }
            at += 2 + length;
        }
    }

    /** SOF0 to SOF15, without DHT, JPG and DAC, whose markers lie between them. */
    private static boolean isFrame(int marker) {
        return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
    }

    private static boolean isRestartOrStart(int marker) {
        return marker >= 0xd0 && marker <= 0xd8;
    }

    /** Only a progressive frame, or one whose first scan lacks a component, can have several scans. */
    private static int scans(FileBytes file, int scan, int frameMarker, int components) throws ImageRejectedException {
        boolean progressive = (frameMarker & 3) == 2; // SOF2, SOF6, SOF10, SOF14
        boolean whole = scan + 4 < file.length() && file.at(scan + 4) == components;
        int scans = progressive || !whole ? JpegMarkers.countScans(file, scan, MAX_SCANS + 1) : 1;
        if (scans > MAX_SCANS) {
            throw new ImageRejectedException(
                    RejectionReason.UNSUPPORTED, "JPEG with more than " + MAX_SCANS + " scans is not supported");
        }
        return scans;
    }

    /** A complete file has an end marker after the start of its scan. One before it belongs to an embedded thumbnail. */
    private static Completeness completeness(FileBytes file, int scan) {
        for (int i = file.length() - 2; i > scan; i--) {
            if (file.at(i) == 0xff && file.at(i + 1) == EOI) {
                return Completeness.COMPLETE;
            }
        }
        return Completeness.TRUNCATED;
    }
}
