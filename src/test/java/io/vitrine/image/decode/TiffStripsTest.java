package io.vitrine.image.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.luben.zstd.Zstd;
import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** How strips are decompressed, and which damage is seen. */
final class TiffStripsTest {
    private static final String TEXT = "ABABABABABAB";

    /** Codes of 9 bits, highest bits first. */
    private static FileBytes lzw(int... codes) {
        byte[] bytes = new byte[(codes.length * 9 + 7) / 8];
        for (int i = 0; i < codes.length * 9; i++) {
            int bit = codes[i / 9] >> (8 - i % 9) & 1;
            bytes[i / 8] |= (byte) (bit << (7 - i % 8));
        }
        return FileBytes.of(bytes);
    }

    private static boolean decodesToText(FileBytes codes) {
        byte[] out = new byte[TEXT.length()];
        boolean full = new TiffLzw().decode(codes, out, out.length);
        return full && new String(out, StandardCharsets.ISO_8859_1).equals(TEXT);
    }

    @Test
    void aCodeMayStandForAStringThatItCompletes() {
        // 258 AB, 259 BA, 260 ABA, 261 ABAB: the last two are used before they are complete
        assertThat(decodesToText(lzw(256, 'A', 'B', 258, 260, 'B', 260, 'B', 257)))
                .isTrue();
    }

    @Test
    void whatFollowsAFullStripIsIgnored() {
        assertThat(decodesToText(lzw(256, 'A', 'B', 258, 260, 'B', 260, 'B', 511, 511)))
                .isTrue();
        assertThat(decodesToText(lzw(256, 'A', 'B', 258, 260, 'B', 260, 259))).isTrue(); // the last string is cut off
    }

    @Test
    void anUnknownCodeIsDamage() {
        assertThat(decodesToText(lzw(256, 'A', 'B', 260, 260, 260, 257))).isFalse();
        assertThat(decodesToText(lzw(256, 258))).isFalse();
    }

    @Test
    void theFirstCodeMustBeAClear() {
        assertThat(decodesToText(lzw('A', 'B', 'A', 'B', 'A', 'B', 'A', 'B', 'A', 'B', 'A', 'B')))
                .isFalse();
    }

    @Test
    void anEndBeforeTheStripIsFullIsDamage() {
        assertThat(decodesToText(lzw(256, 'A', 'B', 258, 257))).isFalse();
        assertThat(decodesToText(lzw(256, 'A', 'B', 258))).isFalse();
    }

    @Test
    void packedBitsThatEndTooEarlyAreCorrupt() throws ImageRejectedException {
        byte[] packed = {2, 'x', 'y', 'z', -128, -4, 'A'}; // three bytes, nothing, five equal ones
        byte[] out = new byte[8];
        try (TiffDecompressor decompressor = new TiffDecompressor(TiffCompression.PACK_BITS)) {
            decompressor.decode(FileBytes.of(packed), out, out.length);
            assertThat(new String(out, StandardCharsets.ISO_8859_1)).isEqualTo("xyzAAAAA");
            byte[] cut = Arrays.copyOf(packed, 6);
            assertThat(catchThrowableOfType(
                                    ImageRejectedException.class,
                                    () -> decompressor.decode(FileBytes.of(cut), out, out.length))
                            .reason())
                    .isEqualTo(RejectionReason.CORRUPT);
        }
    }

    @Test
    void zstdThatHoldsMoreThanTheStripFillsIt() throws ImageRejectedException {
        byte[] packed = Zstd.compress(TEXT.getBytes(StandardCharsets.ISO_8859_1));
        byte[] out = new byte[5];
        try (TiffDecompressor decompressor = new TiffDecompressor(TiffCompression.ZSTD)) {
            decompressor.decode(FileBytes.of(packed), out, out.length);
            decompressor.decode(FileBytes.of(packed), out, out.length);
        }
        assertThat(new String(out, StandardCharsets.ISO_8859_1)).isEqualTo("ABABA");
    }
}
