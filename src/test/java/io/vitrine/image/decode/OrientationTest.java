package io.vitrine.image.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.image.Pictures;
import io.vitrine.image.RgbImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OrientationTest {
    /** Stored are two rows of three pixels, 1 to 6. */
    @ParameterizedTest
    @CsvSource({
        "1, 3, 123456", "2, 3, 321654", "3, 3, 654321", "4, 3, 456123",
        "5, 2, 142536", "6, 2, 415263", "7, 2, 635241", "8, 2, 362514"
    })
    void pixelsAreTurnedUpright(int orientation, int width, String expected) {
        byte[] pixels = new byte[18];
        for (int i = 0; i < 18; i++) {
            pixels[i] = (byte) (i / 3 + 1);
        }
        RgbImage upright = Orientation.upright(new RgbImage(pixels, 3, 2), orientation);
        StringBuilder actual = new StringBuilder();
        for (int i = 0; i < 18; i += 3) {
            actual.append(upright.pixels()[i]);
        }
        assertThat(upright.width()).isEqualTo(width);
        assertThat(actual).hasToString(expected);
    }

    @Test
    void exifIsFoundInAJpeg() throws ImageRejectedException {
        assertThat(orientation(Pictures.oracle("exif6.jpg"))).isEqualTo(6);
    }

    @Test
    void exifIsFoundInAPng() throws ImageRejectedException {
        assertThat(orientation(withPngChunk("eXIf", tiff(6)))).isEqualTo(6);
    }

    @Test
    void exifThatIsCutOffCountsAsUpright() throws ImageRejectedException {
        assertThat(orientation(withPngChunk("eXIf", new byte[] {'I', 'I', 42, 0, 1})))
                .isEqualTo(1);
    }

    @Test
    void xmpIsReadIfThereIsNoExif() throws ImageRejectedException {
        byte[] xmp = "XML:com.adobe.xmp\0\0\0\0\0<x tiff:Orientation=\"8\"/>".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(orientation(withPngChunk("iTXt", xmp))).isEqualTo(8);
    }

    @ParameterizedTest
    @CsvSource({"eXIf, ''", "eXIf, 'Exif\0\0'", "tEXt, 'exif\0'", "tEXt, 'exif\0Exif\0\0'"})
    void exifOfAPngMayHaveAPrefix(String type, String prefix) throws ImageRejectedException {
        assertThat(orientation(withPngChunk(type, joined(latin1(prefix), tiff(6)))))
                .isEqualTo(6);
    }

    @Test
    void exifOfAPngMayFollowThePixels() throws ImageRejectedException {
        byte[] png = Pictures.oracle("rgb.png");
        assertThat(orientation(withPngChunk(png, png.length - 12, "eXIf", tiff(6))))
                .isEqualTo(6);
        assertThat(orientation(withPngChunk(png, png.length, "eXIf", tiff(6)))).isEqualTo(1);
        byte[] withoutChecksum = withPngChunk(Arrays.copyOf(png, png.length - 12), png.length - 12, "eXIf", tiff(6));
        assertThat(orientation(Arrays.copyOf(withoutChecksum, withoutChecksum.length - 4)))
                .isEqualTo(6);
    }

    @Test
    void exifOfAPngMayBeWrittenInHexadecimal() throws ImageRejectedException {
        byte[] profile =
                latin1("\nexif\n      32\n457869660000\n" + HexFormat.of().formatHex(tiff(6)) + "\n");
        byte[] key = latin1("Raw profile type exif\0");
        assertThat(orientation(withPngChunk("tEXt", joined(key, profile)))).isEqualTo(6);
        byte[] compressed = joined(joined(key, new byte[1]), deflated(profile));
        assertThat(orientation(withPngChunk("zTXt", compressed))).isEqualTo(6);
        assertThat(orientation(withPngChunk("iTXt", joined(joined(key, new byte[4]), profile))))
                .isEqualTo(6);
        assertThat(orientation(withPngChunk("tEXt", joined(key, latin1("\nexif\n 4\nbeef4")))))
                .isEqualTo(1);
    }

    @Test
    void xmpOfAPngMayBeCompressed() throws ImageRejectedException {
        byte[] text = deflated(latin1("<x><tiff:Orientation>8</tiff:Orientation></x>"));
        byte[] start = latin1("XML:com.adobe.xmp\0\1\0en\0\0");
        assertThat(orientation(withPngChunk("iTXt", joined(start, text)))).isEqualTo(8);
        byte[] bomb = deflated(joined(new byte[2 << 20], latin1("tiff:Orientation=\"8\"")));
        assertThat(orientation(withPngChunk("iTXt", joined(start, bomb)))).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"8, EXIF, 6", "4, 'XMP ', 8", "0, EXIF, 1", "4, EXIF, 1", "8, 'XMP ', 1"})
    void aWebpSaysWhichMetadataItHas(int flags, String type, int orientation) throws ImageRejectedException {
        byte[] data = type.equals("EXIF") ? tiff(6) : latin1("tiff:Orientation=\"8\"");
        byte[] webp = Pictures.oracle("lossy.webp");
        ByteBuffer out = ByteBuffer.allocate(webp.length + 18 + 8 + data.length).order(ByteOrder.LITTLE_ENDIAN);
        out.put(webp, 0, 4)
                .putInt(out.capacity() - 8)
                .put(latin1("WEBPVP8X"))
                .putInt(10)
                .putInt(flags);
        out.putShort((short) (shortAt(webp, 26) - 1)).put((byte) 0);
        out.putShort((short) (shortAt(webp, 28) - 1)).put((byte) 0);
        out.put(webp, 12, webp.length - 12)
                .put(latin1(type))
                .putInt(data.length)
                .put(data);
        assertThat(orientation(out.array())).isEqualTo(orientation);
    }

    @Test
    void exifInSeveralSegmentsOfAJpegIsOne() throws ImageRejectedException {
        byte[] exif = joined(latin1("Exif\0\0"), tiff(6));
        byte[] one = Arrays.copyOf(exif, 20);
        byte[] other = joined(latin1("Exif\0\0"), Arrays.copyOfRange(exif, 20, exif.length));
        byte[] jpeg = Pictures.oracle("gray.jpg");
        assertThat(orientation(withJpegSegment(withJpegSegment(jpeg, other), one)))
                .isEqualTo(6);
        byte[] broken = latin1("Exif\0\0hello, world");
        assertThat(orientation(withJpegSegment(withJpegSegment(jpeg, exif), broken)))
                .isEqualTo(1);
    }

    @Test
    void ofSeveralXmpPacketsOfAJpegTheLastCounts() throws ImageRejectedException {
        String start = "http://ns.adobe.com/xap/1.0/\0<x tiff:Orientation=\"";
        byte[] jpeg = withJpegSegment(Pictures.oracle("gray.jpg"), latin1(start + "6\"/>"));
        assertThat(orientation(withJpegSegment(jpeg, latin1(start + "3\"/>")))).isEqualTo(6);
    }

    @Test
    void ignoringExifKeepsPixelsAsStored() throws ImageRejectedException {
        assertThat(decodedSize(ExifOrientation.IGNORE)).isEqualTo("90x120");
        assertThat(decodedSize(ExifOrientation.APPLY)).isEqualTo("120x90");
    }

    private static String decodedSize(ExifOrientation exif) throws ImageRejectedException {
        FileBytes file = Pictures.file(Pictures.oracle("exif6.jpg"));
        ImageHeader header = ImageHeader.read(file, ImageLimits.DEFAULT);
        try (ImageDecoder decoder = new ImageDecoder()) {
            String size = decoder.decode(file, header, exif, 1).size().toString();
            assertThat(header.decodedSize(exif)).hasToString(size);
            return size;
        }
    }

    private static int orientation(byte[] bytes) throws ImageRejectedException {
        return ImageHeader.read(Pictures.file(bytes), ImageLimits.DEFAULT).orientation();
    }

    private static byte[] tiff(int orientation) {
        return new byte[] {
            'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, 18, 0, 3, 0, 0, 0, 1, 0, (byte) orientation, 0, 0, 0, 0, 0, 0
        };
    }

    private static byte[] withPngChunk(String type, byte[] data) {
        return withPngChunk(Pictures.oracle("rgb.png"), 33, type, data);
    }

    /** A PNG with one more chunk. */
    private static byte[] withPngChunk(byte[] png, int at, String type, byte[] data) {
        CRC32 checksum = new CRC32();
        checksum.update(latin1(type));
        checksum.update(data);
        ByteBuffer out = ByteBuffer.allocate(png.length + 12 + data.length);
        out.put(png, 0, at)
                .putInt(data.length)
                .put(latin1(type))
                .put(data)
                .putInt((int) checksum.getValue())
                .put(png, at, png.length - at);
        return out.array();
    }

    /** A JPEG with a segment APP1 before its others. */
    private static byte[] withJpegSegment(byte[] jpeg, byte[] data) {
        ByteBuffer out = ByteBuffer.allocate(jpeg.length + 4 + data.length);
        out.put(jpeg, 0, 2).putShort((short) 0xffe1).putShort((short) (2 + data.length));
        return out.put(data).put(jpeg, 2, jpeg.length - 2).array();
    }

    private static int shortAt(byte[] littleEndian, int at) {
        return littleEndian[at] & 0xff | (littleEndian[at + 1] & 0xff) << 8;
    }

    private static byte[] joined(byte[] one, byte[] other) {
        return ByteBuffer.allocate(one.length + other.length)
                .put(one)
                .put(other)
                .array();
    }

    private static byte[] deflated(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(out)) {
            deflater.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
