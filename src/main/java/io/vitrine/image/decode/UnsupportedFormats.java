package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import java.util.List;
import java.util.Optional;

/** Recognises image formats that have no codec, so that error messages can name them. */
final class UnsupportedFormats {
    /** @param latin1 the bytes at {@code offset}, one character per byte */
    private record Signature(String format, int offset, String latin1) {}

    private static final List<Signature> SIGNATURES = List.of(
            new Signature("JPEG XL", 0, "\0\0\0\fJXL \r\n\u0087\n"),
            new Signature("JPEG XL", 0, "\u00ff\n"),
            new Signature("JPEG XR", 0, "II\u00bc\u0001"),
            new Signature("PSB", 0, "8BPS\0\u0002"),
            new Signature("PAM", 0, "P7\n"),
            new Signature("colour PFM", 0, "PF\n"),
            new Signature("DDS", 0, "DDS "),
            new Signature("QOI", 0, "qoif"),
            new Signature("EPS", 0, "%!PS"),
            new Signature("EPS", 0, "\u00c5\u00d0\u00d3\u00c6"),
            new Signature("OpenEXR", 0, "v/1\u0001"),
            new Signature("Radiance HDR", 0, "#?RADIANCE"),
            new Signature("Radiance HDR", 0, "#?RGBE"),
            new Signature("DPX", 0, "SDPX"),
            new Signature("DPX", 0, "XPDS"),
            new Signature("Cineon", 0, "\u0080*_\u00d7"),
            new Signature("FITS", 0, "SIMPLE  ="),
            new Signature("DICOM", 128, "DICM"),
            new Signature("ICNS", 0, "icns"),
            new Signature("animated cursor", 8, "ACON"),
            new Signature("MNG", 0, "\u008aMNG\r\n\u001a\n"),
            new Signature("JNG", 0, "\u008bJNG\r\n\u001a\n"),
            new Signature("JBIG2", 0, "\u0097JB2\r\n\u001a\n"),
            new Signature("FLIF", 0, "FLIF"),
            new Signature("BPG", 0, "BPG\u00fb"),
            new Signature("DjVu", 0, "AT&TFORM"),
            new Signature("XCF", 0, "gimp xcf "),
            new Signature("XPM", 0, "/* XPM */"),
            new Signature("WMF", 0, "\u00d7\u00cd\u00c6\u009a"),
            new Signature("EMF", 40, " EMF"),
            new Signature("SGI", 0, "\u0001\u00da\0\u0001"),
            new Signature("SGI", 0, "\u0001\u00da\u0001\u0001"),
            new Signature("Sun raster", 0, "Y\u00a6j\u0095"),
            new Signature("KTX", 0, "\u00abKTX "),
            new Signature("RAF raw", 0, "FUJIFILMCCD-RAW"),
            new Signature("ORF raw", 0, "IIRO"),
            new Signature("ORF raw", 0, "IIRS"),
            new Signature("ORF raw", 0, "MMOR"),
            new Signature("RW2 raw", 0, "IIU\0"),
            new Signature("CRW raw", 6, "HEAPCCDR"),
            new Signature("MRW raw", 0, "\0MRM"),
            new Signature("X3F raw", 0, "FOVb"));

    private UnsupportedFormats() {}

    /** The format by the file's signature; empty if the signature matches none. */
    static Optional<String> recognise(FileBytes file) {
        for (Signature signature : SIGNATURES) {
            if (file.matches(signature.offset, signature.latin1)) {
                return Optional.of(signature.format);
            }
        }
        if (isPcx(file)) {
            return Optional.of("PCX");
        } else if (SvgText.isSvg(file)) {
            return Optional.of("SVG");
        }
        return FileTypeBox.read(file).flatMap(FileTypeBox::format);
    }

    /** PCX has one byte of signature: its version, compression and depth must be known ones. */
    private static boolean isPcx(FileBytes file) {
        return file.length() > 3
                && file.at(0) == 10
                && (file.at(1) == 0 || file.at(1) >= 2 && file.at(1) <= 5)
                && file.at(2) == 1
                && (file.at(3) == 1 || file.at(3) == 2 || file.at(3) == 4 || file.at(3) == 8);
    }
}
