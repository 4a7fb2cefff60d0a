package io.vitrine.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.decode.ImageLimits;
import io.vitrine.image.preprocess.ImagePreprocessor;
import io.vitrine.image.preprocess.Preprocessing;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is no whole image has a precise reason, and never an exception of another kind. */
final class BadImagesTest {
    private static final Preprocessing PLAIN =
            new Preprocessing("none", null, null, null, 1, List.of(0f, 0f, 0f), List.of(1f, 1f, 1f));

    @Test
    void noBytesAreEmpty() {
        assertThat(reason(new byte[0])).isEqualTo(RejectionReason.EMPTY);
    }

    @Test
    void textIsNotAnImage() {
        ImageRejectedException rejected =
                rejected("hello, this is a README".getBytes(StandardCharsets.UTF_8), ImageLimits.DEFAULT);
        assertThat(rejected.reason()).isEqualTo(RejectionReason.NOT_AN_IMAGE);
        assertThat(rejected).hasMessage("the file begins with 68 65 6c 6c 6f 2c 20 74, as no image does");
    }

    @Test
    void otherFormatsAreUnsupportedByName() {
        byte[] heic = "\0\0\0\u0018ftypheic\0\0\0\0".getBytes(StandardCharsets.ISO_8859_1);
        ImageRejectedException rejected = rejected(heic, ImageLimits.DEFAULT);
        assertThat(rejected.reason()).isEqualTo(RejectionReason.UNSUPPORTED);
        assertThat(rejected).hasMessageContaining("HEIF is not read");
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
                "lzw.tif"
            })
    void aFileCutAnywhereIsTruncatedOrNoImage(String name) {
        byte[] whole = Pictures.oracle(name);
        assertThat(reason(whole)).isNull();
        for (int percent = 2; percent <= 95; percent += 3) {
            byte[] cut = Arrays.copyOf(whole, whole.length * percent / 100);
            RejectionReason reason = reason(cut);
            boolean firstFrame = name.equals("anim.gif") && percent > 45; // its first frame ends in the middle
            if (firstFrame && reason == null) {
                continue;
            }
            assertThat(reason)
                    .as("%s cut at %d%%", name, percent)
                    .isIn(RejectionReason.TRUNCATED, RejectionReason.CORRUPT);
            if (percent > 20) {
                assertThat(reason).as("%s cut at %d%%", name, percent).isEqualTo(RejectionReason.TRUNCATED);
            }
        }
    }

    @Test
    void aFileOfAnyFewBytesIsRejected() {
        for (String name : List.of("photo_420.jpg", "rgb.png", "lossy.webp", "trans.gif", "rgb.bmp", "lzw.tif")) {
            for (int length = 1; length < 80; length++) {
                assertThat(reason(Arrays.copyOf(Pictures.oracle(name), length)))
                        .as("%d bytes of %s", length, name)
                        .isIn(RejectionReason.TRUNCATED, RejectionReason.CORRUPT, RejectionReason.NOT_AN_IMAGE);
            }
        }
        assertThat(reason("BM hello worlds".getBytes(StandardCharsets.UTF_8))).isEqualTo(RejectionReason.NOT_AN_IMAGE);
    }

    @Test
    void aThumbnailsEndIsNotThePhotographs() {
        byte[] whole = Pictures.oracle("exif6.jpg");
        java.nio.ByteBuffer photo = java.nio.ByteBuffer.allocate(whole.length + 6);
        photo.put(whole, 0, 2).put((byte) 0xff).put((byte) 0xed).putShort((short) 4); // a segment that holds FFD9
        photo.put((byte) 0xff).put((byte) 0xd9).put(whole, 2, whole.length - 2);
        assertThat(reason(photo.array())).isNull();
        assertThat(reason(Arrays.copyOf(photo.array(), whole.length * 2 / 3))).isEqualTo(RejectionReason.TRUNCATED);
    }

    @Test
    void aPngWithoutItsEndChunkIsWholeAsInPillow() throws ImageRejectedException {
        byte[] whole = Pictures.oracle("rgb.png");
        byte[] endless = Arrays.copyOf(whole, whole.length - 12);
        assertThat(prepare(endless)).isEqualTo(prepare(whole));
    }

    @Test
    void aHeaderThatClaimsTooMuchIsRefusedBeforeDecoding() {
        byte[] bomb = Pictures.oracle("rgb.png");
        bomb[16] = 0x7f; // width of some two thousand million
        assertThat(reason(bomb)).isEqualTo(RejectionReason.TOO_LARGE);
        ImageRejectedException rejected = rejected(Pictures.oracle("photo_420.jpg"), new ImageLimits(1 << 20, 100_000));
        assertThat(rejected.reason()).isEqualTo(RejectionReason.TOO_LARGE);
        assertThat(rejected).hasMessage("640 x 427 pixels; the limit is 100000 (--max-pixels)");
    }

    @Test
    void damagedBytesNeverThrowAnythingElse() {
        Random random = new Random(7);
        for (String name : List.of(
                "photo_420.jpg",
                "exif6.jpg",
                "cmyk.jpg",
                "rgb.png",
                "gray16.png",
                "lossy.webp",
                "trans.gif",
                "rgb.bmp",
                "lzw.tif")) {
            byte[] whole = Pictures.oracle(name);
            for (int i = 0; i < 60; i++) {
                byte[] damaged = whole.clone();
                for (int j = 0; j < 1 + random.nextInt(8); j++) {
                    int at = random.nextBoolean()
                            ? random.nextInt(Math.min(64, damaged.length))
                            : random.nextInt(damaged.length);
                    damaged[at] = (byte) random.nextInt(256);
                }
                reason(damaged, new ImageLimits(1 << 20, 10_000_000)); // decodes or is rejected
            }
        }
    }

    private static RejectionReason reason(byte[] bytes) {
        return reason(bytes, ImageLimits.DEFAULT);
    }

    private static RejectionReason reason(byte[] bytes, ImageLimits limits) {
        ImageRejectedException rejected = rejected(bytes, limits);
        return rejected == null ? null : rejected.reason();
    }

    private static ImageRejectedException rejected(byte[] bytes, ImageLimits limits) {
        ImagePreprocessor preprocessor = new ImagePreprocessor(PLAIN, limits, DecodeOptions.STANDARD);
        try {
            FileBytes file = Pictures.file(bytes);
            preprocessor.prepare(file, preprocessor.header(file));
            return null;
        } catch (ImageRejectedException e) {
            return e;
        }
    }

    private static byte[] prepare(byte[] bytes) throws ImageRejectedException {
        ImagePreprocessor preprocessor = new ImagePreprocessor(PLAIN, ImageLimits.DEFAULT, DecodeOptions.STANDARD);
        FileBytes file = Pictures.file(bytes);
        return preprocessor.prepare(file, preprocessor.header(file)).pixels().clone();
    }
}
