package io.vitrine.image.decode;

import static io.vitrine.image.decode.TestDecoding.rejected;
import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.image.Pictures;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What decoders are given, and how often they may go through an image. */
final class DecodingWorkTest {
    @Test
    void aProgressiveJpegHasItsScansCounted() throws ImageRejectedException {
        assertThat(jpeg("progressive.jpg").scans().count()).isEqualTo(10);
        assertThat(jpeg("photo_420.jpg").scans().count()).isEqualTo(1);
        assertThat(jpeg("progressive.jpg").scannedPixels())
                .isEqualTo(10L * jpeg("progressive.jpg").paddedPixels());
    }

    private static JpegHeader jpeg(String name) throws ImageRejectedException {
        return JpegHeader.read(Pictures.file(Pictures.oracle(name)));
    }

    @Test
    void decodersGetNoMetadataOfAJpeg() throws ImageRejectedException {
        byte[] file = Pictures.oracle("exif6.jpg");
        byte[] kept = joined(JpegSegments.ofPixels(Pictures.file(file)));
        assertThat(kept.length).isLessThan(file.length);
        assertThat(new String(kept, StandardCharsets.ISO_8859_1)).doesNotContain("Exif");
        assertThat(JpegHeader.read(FileBytes.of(kept)).width())
                .isEqualTo(JpegHeader.read(FileBytes.of(file)).width());
    }

    private static byte[] joined(List<FileBytes> parts) {
        ByteBuffer out =
                ByteBuffer.allocate(parts.stream().mapToInt(FileBytes::length).sum());
        parts.forEach(part -> out.put(part.array(), part.offset(), part.length()));
        return out.array();
    }

    @Test
    void tagsThatShareBytesAreCorrupt() {
        byte[] tiff = new TestTiff(30, 30).encode(new int[2700]);
        int entries = ByteBuffer.wrap(tiff).order(ByteOrder.LITTLE_ENDIAN).getShort(8);
        byte[] more = Arrays.copyOf(tiff, tiff.length + 14 + 12 * (entries + 2));
        ByteBuffer out = ByteBuffer.wrap(more).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(4, tiff.length); // a directory at the end: the same, and two tags that take the whole file each
        out.position(tiff.length).putShort((short) (entries + 2)).put(tiff, 10, 12 * entries);
        for (int i = 0; i < 2; i++) {
            out.putShort((short) (40_000 + i))
                    .putShort((short) 7)
                    .putInt(tiff.length)
                    .putInt(0);
        }
        ImageRejectedException rejected = rejected(more);
        assertThat(rejected.reason()).isEqualTo(RejectionReason.CORRUPT);
        assertThat(rejected).hasMessageStartingWith("TIFF tags overlap: their values take ");
    }

    @Test
    void aGifFrameThatLacksPixelsIsCorrupt() {
        byte[] gif = Pictures.oracle("trans.gif");
        gif[6] = 9; // the canvas may have any size
        int frame = 13 + 3 * (2 << (gif[10] & 7));
        while (gif[frame] != 0x2c) {
            frame += 8; // a graphic control extension
        }
        gif[frame + 7]++; // one more row
        ImageRejectedException rejected = rejected(gif);
        assertThat(rejected.reason()).isEqualTo(RejectionReason.CORRUPT);
        assertThat(rejected).hasMessageStartingWith("GIF frame has ");
    }
}
