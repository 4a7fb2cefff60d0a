package io.vitrine.image.decode;

import static io.vitrine.image.decode.TestDecoding.assertPixels;
import static io.vitrine.image.decode.TestDecoding.rejected;
import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.image.Pictures;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** WebPs with oddities that Pillow reads, and with damage that it refuses. Answers are Pillow 12.3's. */
final class WebpCodecTest {
    /** One blue pixel, losslessly. */
    private static final byte[] PIXEL =
            chunk("VP8L", 0x2f, 0, 0, 0, 0, 7, 0xd0, 0x84, 0x26, 0x14, 0xb9, 0xff, 0x81, 0x88, 0xe8, 0x7f, 0);

    private static final byte[] BACKGROUND = chunk("ANIM", 1, 2, 3, 4, 0, 0);
    private static final int ANIMATION = 2;
    private static final int ALPHA = 16;

    private static byte[] chunk(String type, int... payload) {
        byte[] bytes = new byte[payload.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) payload[i];
        }
        return chunk(type, bytes);
    }

    private static byte[] chunk(String type, byte[] payload) {
        ByteBuffer out =
                ByteBuffer.allocate(8 + payload.length + (payload.length & 1)).order(ByteOrder.LITTLE_ENDIAN);
        out.put(type.getBytes(StandardCharsets.ISO_8859_1))
                .putInt(payload.length)
                .put(payload);
        return out.array();
    }

    private static byte[] webp(byte[]... chunks) {
        return chunk("RIFF", joined("WEBP".getBytes(StandardCharsets.ISO_8859_1), joined(chunks)));
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private static byte[] canvas(int flags, int width, int height) {
        return chunk("VP8X", flags, 0, 0, 0, width - 1, 0, 0, height - 1, 0, 0);
    }

    private static byte[] frame(int left, int top, byte[] image) {
        byte[] header = {(byte) (left / 2), 0, 0, (byte) (top / 2), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
        return chunk("ANMF", joined(header, image));
    }

    private static byte[] lossy() {
        byte[] file = Pictures.oracle("lossy.webp");
        WebpChunk image = chunkAt(file, 12);
        return Arrays.copyOfRange(file, image.start(), image.end());
    }

    private static WebpChunk chunkAt(byte[] file, int offset) {
        try {
            return WebpChunk.read(FileBytes.of(file), offset, file.length);
        } catch (ImageRejectedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aFileOfLessThan32BytesIsRead() throws ImageRejectedException {
        byte[] black = chunk("VP8L", 0x2f, 0, 0, 0, 0, 0x07, 0x10, 0x11, 0xfd, 0x0f, 0x44, 0x44, 0xff, 0x03);
        assertPixels(webp(black), 0, 0, 0);
    }

    @Test
    void bytesBehindTheContainerDoNotCount() throws ImageRejectedException {
        assertPixels(joined(webp(PIXEL), new byte[] {1, 2, 3}), 9, 9, 200);
    }

    @Test
    void aFrameSmallerThanItsCanvasHasBlackAround() throws ImageRejectedException {
        byte[] file = webp(canvas(ANIMATION, 3, 1), BACKGROUND, frame(2, 0, PIXEL));
        assertPixels(file, 0, 0, 0, 0, 0, 0, 9, 9, 200);
    }

    @Test
    void chunksOfUnknownTypesArePassedOver() throws ImageRejectedException {
        assertPixels(webp(canvas(0, 1, 1), chunk("ABCD", 1), PIXEL, chunk("abcd", 1, 2)), 9, 9, 200);
    }

    @Test
    void alphaCountsOnlyWithItsFlag() throws ImageRejectedException {
        byte[] badAlpha = chunk("ALPH", 0xff, 0);
        byte[] lossy = lossy();
        byte[] size = Pictures.oracle("lossy.webp");
        int width = (size[26] & 0xff) + 256 * (size[27] & 0x3f);
        int height = (size[28] & 0xff) + 256 * (size[29] & 0x3f);
        byte[] without = webp(largeCanvas(0, width, height), badAlpha, lossy);
        byte[] with = webp(largeCanvas(ALPHA, width, height), badAlpha, lossy);
        assertThat(rejected(without)).isNull();
        assertThat(rejected(with).reason()).isEqualTo(RejectionReason.CORRUPT);
    }

    private static byte[] largeCanvas(int flags, int width, int height) {
        return chunk("VP8X", flags, 0, 0, 0, width - 1, width - 1 >> 8, 0, height - 1, height - 1 >> 8, 0);
    }

    @Test
    void aBitstreamThatGoesOnBehindItsChunkIsCorrupt() {
        byte[] file = Pictures.oracle("lossy.webp");
        ByteBuffer sizes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        sizes.putInt(4, sizes.getInt(4) - 200).putInt(16, sizes.getInt(16) - 200);
        ImageRejectedException rejected = rejected(file);
        assertThat(rejected.reason()).isEqualTo(RejectionReason.CORRUPT);
        assertThat(rejected).hasMessage("WEBP data cannot be decoded");
    }

    @Test
    void aContainerThatGoesOnBehindTheFileIsTruncated() {
        byte[] file = webp(PIXEL);
        file[4]++;
        assertThat(rejected(file).reason()).isEqualTo(RejectionReason.TRUNCATED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a chunk at byte 38 that its container cuts off",
                "a bad VP8X chunk, at byte 12",
                "a second VP8X chunk, at byte 30",
                "an image of another size than its canvas, at byte 30",
                "no image, at byte 12",
                "an image outside of its frames, at byte 44",
                "an image with a bad header, at byte 12",
                "a frame that leaves the canvas, at byte 44",
                "a frame before the ANIM chunk, at byte 30",
                "a bad ANIM chunk, at byte 30",
                "alpha for a lossless image, at byte 40",
            })
    void aDamagedContainerIsCorrupt(String damage) {
        byte[] file =
                switch (damage.replaceFirst("(,| that its).*", "")) {
                    case "a chunk at byte 38" -> webp(PIXEL, new byte[] {'E', 'X', 'I', 'F'});
                    case "a bad VP8X chunk" -> webp(canvas(1, 1, 1), PIXEL);
                    case "a second VP8X chunk" -> webp(canvas(0, 1, 1), canvas(0, 1, 1), PIXEL);
                    case "an image of another size than its canvas" -> webp(canvas(0, 2, 1), PIXEL);
                    case "no image" -> webp(canvas(0, 1, 1), chunk("EXIF", 1));
                    case "an image outside of its frames" -> webp(canvas(ANIMATION, 1, 1), BACKGROUND, PIXEL);
                    case "an image with a bad header" -> webp(chunk("VP8L", 0x2e, 0, 0, 0, 0, 7));
                    case "a frame that leaves the canvas" ->
                        webp(canvas(ANIMATION, 2, 1), BACKGROUND, frame(2, 0, PIXEL));
                    case "a frame before the ANIM chunk" -> webp(canvas(ANIMATION, 1, 1), frame(0, 0, PIXEL));
                    case "a bad ANIM chunk" -> webp(canvas(ANIMATION, 1, 1), chunk("ANIM", 1, 2, 3, 4));
                    case "alpha for a lossless image" -> webp(canvas(ALPHA, 1, 1), chunk("ALPH", 0), PIXEL);
                    default -> throw new IllegalArgumentException(damage);
                };
        ImageRejectedException rejected = rejected(file);
        assertThat(rejected.reason()).isEqualTo(RejectionReason.CORRUPT);
        assertThat(rejected).hasMessage("WebP has " + damage);
    }

    @Test
    void damageBehindTheFirstFrameCounts() {
        byte[] file = webp(canvas(ANIMATION, 1, 1), BACKGROUND, frame(0, 0, PIXEL), frame(0, 0, chunk("VP8L", 1)));
        assertThat(rejected(file).reason()).isEqualTo(RejectionReason.CORRUPT);
    }
}
