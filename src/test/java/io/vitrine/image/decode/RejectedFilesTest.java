package io.vitrine.image.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.image.Pictures;
import io.vitrine.image.RgbImage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that hold no complete image are rejected with a precise reason. */
final class RejectedFilesTest {
    @Test
    void aFileWithoutBytesIsEmpty() {
        assertThat(reason(new byte[0])).contains(RejectionReason.EMPTY);
    }

    @Test
    void textIsNotAnImage() {
        ImageRejectedException rejected =
                rejected("hello, this is a README".getBytes(StandardCharsets.UTF_8), ImageLimits.DEFAULT);
        assertThat(rejected.reason()).isEqualTo(RejectionReason.NOT_AN_IMAGE);
        assertThat(rejected).hasMessage("the file starts with 68 65 6c 6c 6f 2c 20 74, which matches no image format");
    }

    @Test
    void textThatStartsLikeABitmapIsNotAnImage() {
        assertThat(reason("BM hello worlds".getBytes(StandardCharsets.UTF_8))).contains(RejectionReason.NOT_AN_IMAGE);
    }

    @Test
    void anUnsupportedFormatIsNamed() {
        byte[] jxl = "\0\0\0\fJXL \r\n\u0087\n".getBytes(StandardCharsets.ISO_8859_1);
        ImageRejectedException rejected = rejected(jxl, ImageLimits.DEFAULT);
        assertThat(rejected.reason()).isEqualTo(RejectionReason.UNSUPPORTED);
        assertThat(rejected)
                .hasMessage("JPEG XL is not supported; supported formats: JPEG, PNG, GIF, BMP, TIFF, WEBP, AVIF, HEIC,"
                        + " JPEG2000, PNM, ICO, CUR, PSD, DIB, TGA");
    }

    @ParameterizedTest
    @CsvSource({"heic, heix, HEIC", "mif1, heic, HEIC", "mif1, miaf, HEIF of brand mif1"})
    void heicIsSkippedUnlessItIsAskedFor(String major, String other, String format) {
        byte[] heic = ("\0\0\0\u0014ftyp" + major + "\0\0\0\0" + other).getBytes(StandardCharsets.ISO_8859_1);
        ImageRejectedException rejected = catchThrowableOfType(
                ImageRejectedException.class, () -> ImageHeader.read(Pictures.file(heic), ImageLimits.DEFAULT));
        assertThat(rejected.reason()).isEqualTo(RejectionReason.UNSUPPORTED);
        assertThat(rejected)
                .hasMessage(format + " is read only with --heic decode: patents cover HEVC, which it is coded with");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "photo_420.jpg",
                "progressive.jpg",
                "cmyk.jpg",
                "gray.jpg",
                "rgb.png",
                "gray16.png",
                "palette.png",
                "lossy.webp",
                "lossless_alpha.webp",
                "anim.gif",
                "trans.gif",
                "rgb.bmp",
                "lzw.tif",
                "../../image-cases/pnm_p3.ppm",
                "../../image-cases/pnm_p6_31.ppm",
                "../../image-cases/ico_24.ico",
                "../../image-cases/psd_cmyk_packed.psd",
                "../../image-cases/avif_icc.avif",
                "../../image-cases/avif_sequence.avif",
                "../../image-cases/heic_420.heic",
                "../../image-cases/heic_grid_odd.heic",
                "../../image-cases/heic_phone.heic"
            })
    void aFileCutAnywhereIsTruncated(String name) {
        byte[] whole = Pictures.oracle(name);
        assertThat(reason(whole)).isEmpty();
        for (int percent = 2; percent <= 95; percent += 3) {
            Optional<RejectionReason> reason = reason(Arrays.copyOf(whole, whole.length * percent / 100));
            boolean hasFirstFrame = name.equals("anim.gif") && percent > 45;
            if (hasFirstFrame && reason.isEmpty()) {
                continue;
            }
            assertThat(reason.orElseThrow())
                    .as("%s cut at %d%%", name, percent)
                    .isIn(RejectionReason.TRUNCATED, RejectionReason.CORRUPT);
            if (percent > 20) {
                assertThat(reason).as("%s cut at %d%%", name, percent).contains(RejectionReason.TRUNCATED);
            }
        }
    }

    /** What makes them an image is their header as a whole. */
    @ParameterizedTest
    @ValueSource(strings = {"dib_24.dib", "tga_24_bl.tga", "tga_rle24_tl.tga"})
    void aFileWithoutSignatureIsTruncatedBehindItsHeader(String name) {
        byte[] whole = Pictures.oracle("../../image-cases/" + name);
        assertThat(reason(whole)).isEmpty();
        for (int length = 18; length < whole.length - 3; length++) {
            assertThat(reason(Arrays.copyOf(whole, length)))
                    .as("%s cut to %d bytes", name, length)
                    .contains(RejectionReason.TRUNCATED);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "photo_420.jpg",
                "rgb.png",
                "lossy.webp",
                "trans.gif",
                "rgb.bmp",
                "lzw.tif",
                "../../image-cases/pnm_p3.ppm",
                "../../image-cases/ico_24.ico",
                "../../image-cases/psd_rgb_raw.psd",
                "../../image-cases/avif_420.avif",
                "../../image-cases/heic_420.heic",
                "../../image-cases/tga_24_bl.tga"
            })
    void aFileOfLessThan80BytesIsRejected(String name) {
        byte[] whole = Pictures.oracle(name);
        for (int length = 1; length < 80; length++) {
            assertThat(reason(Arrays.copyOf(whole, length)).orElseThrow())
                    .as("%d bytes of %s", length, name)
                    .isIn(RejectionReason.TRUNCATED, RejectionReason.CORRUPT, RejectionReason.NOT_AN_IMAGE);
        }
    }

    @Test
    void anEndMarkerInAThumbnailDoesNotEndTheJpeg() {
        byte[] whole = Pictures.oracle("exif6.jpg");
        ByteBuffer photo = ByteBuffer.allocate(whole.length + 6);
        photo.put(whole, 0, 2).put((byte) 0xff).put((byte) 0xed).putShort((short) 4); // a segment that holds FFD9
        photo.put((byte) 0xff).put((byte) 0xd9).put(whole, 2, whole.length - 2);
        assertThat(reason(photo.array())).isEmpty();
        assertThat(reason(Arrays.copyOf(photo.array(), whole.length * 2 / 3))).contains(RejectionReason.TRUNCATED);
    }

    @Test
    void aPngWithoutEndChunkIsDecodedAsInPillow() throws ImageRejectedException {
        byte[] whole = Pictures.oracle("rgb.png");
        byte[] endless = Arrays.copyOf(whole, whole.length - 12);
        assertThat(pixels(endless)).isEqualTo(pixels(whole));
    }

    @Test
    void aSideOfMillionsOfPixelsIsTooLarge() {
        byte[] bomb = TestPng.of(0x7f000000, 1, 8, 0).rows(0, 1).end();
        assertThat(reason(bomb)).contains(RejectionReason.TOO_LARGE);
    }

    @Test
    void moreThanMaxPixelsAreTooLarge() {
        ImageRejectedException rejected = rejected(Pictures.oracle("photo_420.jpg"), new ImageLimits(1 << 20, 100_000));
        assertThat(rejected.reason()).isEqualTo(RejectionReason.TOO_LARGE);
        assertThat(rejected).hasMessage("640 x 427 pixels; the limit is 100000 (--max-pixels)");
    }

    private static Optional<RejectionReason> reason(byte[] bytes) {
        return Optional.ofNullable(rejected(bytes, ImageLimits.DEFAULT)).map(ImageRejectedException::reason);
    }

    private static ImageRejectedException rejected(byte[] bytes, ImageLimits limits) {
        return catchThrowableOfType(ImageRejectedException.class, () -> pixels(bytes, limits));
    }

    private static byte[] pixels(byte[] bytes) throws ImageRejectedException {
        return pixels(bytes, ImageLimits.DEFAULT);
    }

    private static byte[] pixels(byte[] bytes, ImageLimits limits) throws ImageRejectedException {
        FileBytes file = Pictures.file(bytes);
        try (ImageDecoder decoder = new ImageDecoder()) {
            RgbImage image = decoder.decode(file, header(file, limits), ExifOrientation.APPLY, 1);
            return Arrays.copyOf(image.pixels(), image.length());
        }
    }

    private static ImageHeader header(FileBytes file, ImageLimits limits) throws ImageRejectedException {
        return ImageHeader.read(file, limits, HeicDecoding.DECODE);
    }
}
