package io.vitrine.image.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.image.Pictures;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ImageCodecsTest {
    /** The start of a file in an unsupported format, and its name. */
    private static final Map<String, String> UNSUPPORTED = Map.ofEntries(
            Map.entry("\0\0\0\u0018ftypmiaf\0\0\0\0avifmif1", "AVIF of major brand miaf"),
            Map.entry("\0\0\0\u0018ftypmif2\0\0\0\0heix", "HEIC of major brand mif2"),
            Map.entry("\0\0\0\u0018ftypheif\0\0\0\0heicmif1", "HEIC of major brand heif"),
            Map.entry("\0\0\0\u0018ftypmif2", "HEIF of brand mif2"),
            Map.entry("\0\0\0\u0018ftypavci", "HEIF of brand avci"),
            Map.entry("\0\0\0\u0018ftypcrx ", "CR3 raw"),
            Map.entry("\0\0\0\fJXL \r\n\u0087\n", "JPEG XL"),
            Map.entry("\u00ff\n\0", "JPEG XL"),
            Map.entry("II\u00bc\u0001", "JPEG XR"),
            Map.entry("8BPS\0\u0002", "PSB"),
            Map.entry("P7\nWIDTH 4", "PAM"),
            Map.entry("DDS |\0\0\0", "DDS"),
            Map.entry("qoif\0\0\0\u0001", "QOI"),
            Map.entry("%!PS-Adobe-3.0 EPSF-3.0", "EPS"),
            Map.entry("v/1\u0001", "OpenEXR"),
            Map.entry("\n\u0005\u0001\b", "PCX"),
            Map.entry("FUJIFILMCCD-RAW", "RAF raw"),
            Map.entry("<svg xmlns=", "SVG"),
            Map.entry("\u00ef\u00bb\u00bf<?xml version='1.0'?>\n<!-- <html> -->\n<svg:svg>", "SVG"),
            Map.entry("<?xml version='1.0'?><!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN'", "SVG"));

    @ParameterizedTest
    @CsvSource({
        "photo_420.jpg, JPEG",
        "rgb.png, PNG",
        "anim.gif, GIF",
        "rgb.bmp, BMP",
        "lzw.tif, TIFF",
        "lossy.webp, WEBP",
        "../../image-cases/avif_420.avif, AVIF",
        "../../image-cases/avif_grid_wide_mif1.avif, AVIF",
        "../../image-cases/heic_phone.heic, HEIC",
        "../../image-cases/heic_mif1_only.heic, HEIC",
        "../../jpeg2000/rgb.jp2, JPEG2000",
        "../../jpeg2000/grey.j2k, JPEG2000",
        "../../image-cases/pgm.pgm, PNM",
        "../../image-cases/ico_24.ico, ICO",
        "../../image-cases/cur.cur, CUR",
        "../../image-cases/psd.psd, PSD",
        "../../image-cases/dib.dib, DIB",
        "../../image-cases/tga.tga, TGA"
    })
    void aFileIsRecognisedByItsSignature(String name, ImageFormat format) throws ImageRejectedException {
        ImageCodec<?> codec = ImageCodecs.recognise(Pictures.file(Pictures.oracle(name)), HeicDecoding.DECODE);
        assertThat(codec.format()).isEqualTo(format);
        assertThat(codec.readHeader(Pictures.file(Pictures.oracle(name))).format())
                .isEqualTo(format);
    }

    /** Headers travel between executors when decoding and inference are separate stages. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "photo_420.jpg",
                "rgb.png",
                "anim.gif",
                "rgb.bmp",
                "lzw.tif",
                "lossy.webp",
                "../../image-cases/avif_grid_alpha.avif",
                "../../image-cases/heic_phone.heic",
                "../../jpeg2000/palette.jp2",
                "../../image-cases/pgm.pgm",
                "../../image-cases/ico_24.ico",
                "../../image-cases/ico_png.ico",
                "../../image-cases/cur.cur",
                "../../image-cases/psd.psd",
                "../../image-cases/dib.dib",
                "../../image-cases/tga.tga"
            })
    void aHeaderCanBeSerialised(String name) throws ImageRejectedException, IOException, ClassNotFoundException {
        ImageHeader header =
                ImageHeader.read(Pictures.file(Pictures.oracle(name)), ImageLimits.DEFAULT, HeicDecoding.DECODE);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(header);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            ImageHeader copy = (ImageHeader) in.readObject();
            assertThat(copy.format()).isEqualTo(header.format());
            assertThat(copy.storedSize()).isEqualTo(header.storedSize());
        }
    }

    @Test
    void eachFormatHasACodec() {
        assertThat(ImageCodecs.ALL.stream().map(ImageCodec::format)).containsExactlyInAnyOrder(ImageFormat.values());
    }

    @ParameterizedTest
    @MethodSource("unsupported")
    void anUnsupportedFormatIsKnownByName(Map.Entry<String, String> example) {
        FileBytes file = Pictures.file(example.getKey().getBytes(StandardCharsets.ISO_8859_1));
        assertThat(ImageCodecs.ALL).noneMatch(codec -> codec.recognises(file));
        assertThat(UnsupportedFormats.recognise(file)).contains(example.getValue());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"<html><svg>", "<?xml version='1.0'?><rss>", "  text", "\0\0\0\u0018ftypisom", "P8 1 1", "\n"})
    void textAndFilmsAreNoImages(String start) {
        FileBytes file = Pictures.file(start.getBytes(StandardCharsets.ISO_8859_1));
        assertThat(ImageCodecs.ALL).noneMatch(codec -> codec.recognises(file));
        assertThat(UnsupportedFormats.recognise(file)).isEmpty();
    }

    static Set<Map.Entry<String, String>> unsupported() {
        return UNSUPPORTED.entrySet();
    }
}
