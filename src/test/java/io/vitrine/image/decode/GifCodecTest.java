package io.vitrine.image.decode;

import static io.vitrine.image.decode.TestDecoding.assertPixels;
import static io.vitrine.image.decode.TestDecoding.rejected;
import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** GIFs with oddities that Pillow reads, and with damage that it refuses. Answers are Pillow 12.3's. */
final class GifCodecTest {
    private static final int[] RED_GREEN = {0xff0000, 0x00ff00};
    private static final int[] GREY_RAMP = {0x000000, 0x010101, 0x020202, 0x030303};
    private static final int[] TWO_PIXELS = {255, 0, 0, 0, 255, 0};
    private static final int CLEAR = 4;
    private static final int END = 5;

    /** Codes of three bits; without more than three pixels, that does not change. */
    private static byte[] blocks(int... codes) {
        int bits = 0;
        for (int i = 0; i < codes.length; i++) {
            bits |= codes[i] << 3 * i;
        }
        return new byte[] {2, 2, (byte) bits, (byte) (bits >> 8), 0}; // root bits, length, codes, end
    }

    private static byte[] gif(int width, int height, int[] colours, byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {'G', 'I', 'F', '8', '9', 'a', (byte) width, 0, (byte) height, 0});
        out.writeBytes(new byte[] {(byte) paletteFlags(colours), 0, 0});
        out.writeBytes(palette(colours));
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        out.write(0x3b);
        return out.toByteArray();
    }

    private static byte[] frame(int width, int height, int[] colours, byte... data) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {0x2c, 0, 0, 0, 0, (byte) width, 0, (byte) height, 0, (byte) paletteFlags(colours)});
        out.writeBytes(palette(colours));
        out.writeBytes(data);
        return out.toByteArray();
    }

    private static byte[] frame(byte... data) {
        return frame(2, 1, new int[0], data);
    }

    private static int paletteFlags(int[] colours) {
        return colours.length == 0 ? 0 : 0x80 | Integer.numberOfTrailingZeros(colours.length) - 1;
    }

    private static byte[] palette(int[] colours) {
        byte[] palette = new byte[3 * colours.length];
        for (int i = 0; i < palette.length; i++) {
            palette[i] = (byte) (colours[i / 3] >> 8 * (2 - i % 3));
        }
        return palette;
    }

    private static byte[] extension(int label, int... rest) {
        byte[] extension = new byte[2 + rest.length];
        extension[0] = 0x21;
        extension[1] = (byte) label;
        for (int i = 0; i < rest.length; i++) {
            extension[2 + i] = (byte) rest[i];
        }
        return extension;
    }

    @Test
    void aFrameEndsWithItsLastPixel() throws ImageRejectedException {
        byte[] whole = gif(2, 1, RED_GREEN, frame(blocks(CLEAR, 0, 1, END)));
        assertPixels(whole, TWO_PIXELS);
        assertPixels(Arrays.copyOf(whole, whole.length - 2), TWO_PIXELS); // without the frame's end, and the file's
        assertPixels(gif(2, 1, RED_GREEN, frame(blocks(CLEAR, 0, 1, 7, 7))), TWO_PIXELS); // no end code, wrong ones
    }

    @Test
    void anEndCodeBeforeTheLastPixelIsCorrupt() {
        ImageRejectedException rejected = rejected(gif(2, 1, RED_GREEN, frame(blocks(CLEAR, 0, END, 1, 1))));
        assertThat(rejected.reason()).isEqualTo(RejectionReason.CORRUPT);
        assertThat(rejected).hasMessage("GIF frame has data for 1 of 2 pixels");
    }

    @Test
    void codesBehindAnEndCodeCountInALongFile() throws ImageRejectedException {
        byte[] comments = new byte[1 << 16];
        assertPixels(gif(2, 1, RED_GREEN, frame(blocks(CLEAR, 0, END, 1, 1)), comments), TWO_PIXELS);
    }

    @Test
    void aCodeBeforeItIsDefinedIsCorrupt() {
        ImageRejectedException rejected = rejected(gif(2, 1, RED_GREEN, frame(blocks(CLEAR, 0, 7))));
        assertThat(rejected.reason()).isEqualTo(RejectionReason.CORRUPT);
        assertThat(rejected).hasMessage("GIF frame has code 7 before it is defined");
    }

    @Test
    void aBlockThatIsCutIsTruncatedEvenBehindTheLastPixel() {
        byte[] long40 = {2, 40, (byte) (CLEAR | 1 << 6), 0, 0};
        ImageRejectedException rejected = rejected(gif(2, 1, RED_GREEN, frame(long40)));
        assertThat(rejected.reason()).isEqualTo(RejectionReason.TRUNCATED);
        assertThat(rejected)
                .hasMessage("the file ends after 35 bytes, within a GIF frame: it has data for 0 of 2 pixels");
    }

    @Test
    void codesOfMoreThanEightBitsAreRead() throws ImageRejectedException {
        byte[] nineBits = {9, 4, 0, 6, 0, 0, 0}; // codes of ten bits: clear, 1, 0
        assertPixels(gif(2, 1, RED_GREEN, frame(nineBits)), 0, 255, 0, 255, 0, 0);
    }

    @Test
    void indicesBehindAPaletteAreBlack() throws ImageRejectedException {
        assertPixels(gif(2, 1, RED_GREEN, frame(blocks(CLEAR, 3, 0))), 0, 0, 0, 255, 0, 0);
    }

    @Test
    void indicesBehindAPaletteOfGreyLevelsAreGreyLevels() throws ImageRejectedException {
        assertPixels(gif(2, 1, new int[] {0, 0x010101}, frame(blocks(CLEAR, 3, 1))), 3, 3, 3, 1, 1, 1);
    }

    /** Pillow takes the file's palette instead. */
    @Test
    void aFrameWithGreyLevelsOfItsOwnIsGrey() throws ImageRejectedException {
        assertPixels(gif(2, 1, RED_GREEN, frame(2, 1, GREY_RAMP, blocks(CLEAR, 1, 3))), 1, 1, 1, 3, 3, 3);
    }

    @Test
    void aFrameWithoutPixelsIsCorrupt() {
        assertThat(rejected(gif(2, 1, RED_GREEN, frame(0, 1, new int[0], blocks(CLEAR, 0, 1)))))
                .hasMessage("GIF has a frame of 0 x 1 pixels");
    }

    @Test
    void transparencyIsReadFromLongGraphicControls() throws ImageRejectedException {
        byte[] control = extension(0xf9, 5, 1, 0, 0, 1, 9, 0);
        assertPixels(gif(3, 1, RED_GREEN, control, frame(blocks(CLEAR, 0, 0))), 255, 0, 0, 255, 0, 0, 0, 255, 0);
    }

    @Test
    void aGraphicControlThatIsTooShortIsCorrupt() {
        assertThat(rejected(gif(2, 1, RED_GREEN, extension(0xf9, 3, 1, 0, 0, 0), frame(blocks(CLEAR, 0, 1)))))
                .hasMessage("GIF has a graphic control extension of 3 bytes");
    }

    @Test
    void anEmptyExtensionTakesTheNextBytesAsItsBlocks() throws ImageRejectedException {
        byte[] empty = extension(0x42, 0, 2, 0x3b, 0x3b, 0);
        assertPixels(gif(2, 1, RED_GREEN, empty, frame(blocks(CLEAR, 0, 1))), TWO_PIXELS);
    }

    @Test
    void anEmptyCommentTakesNothing() throws ImageRejectedException {
        assertPixels(gif(2, 1, RED_GREEN, extension(0xfe, 0), frame(blocks(CLEAR, 0, 1))), TWO_PIXELS);
    }

    @Test
    void theLoopCountIsPassedOver() throws ImageRejectedException {
        byte[] name = "NETSCAPE2.0".getBytes(StandardCharsets.ISO_8859_1);
        ByteArrayOutputStream loop = new ByteArrayOutputStream();
        loop.writeBytes(extension(0xff, name.length));
        loop.writeBytes(name);
        loop.writeBytes(new byte[] {3, 1, 0, 0, 0});
        assertPixels(gif(2, 1, RED_GREEN, loop.toByteArray(), frame(blocks(CLEAR, 0, 1))), TWO_PIXELS);
    }
}
