package io.vitrine.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.RejectionReason;
import io.vitrine.testkit.Archives;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Tars, packed or not: members with one name, and what damage costs. */
final class TarIndexTest {
    @TempDir
    private Path folder;

    @Test
    void theLastOfSeveralMembersWithOneNameCounts() throws Exception {
        byte[] first = Archives.tar(SampleArchives.members("./a.jpg", "b.jpg"));
        byte[] second = Archives.tar(Map.of("a.jpg", SampleArchives.bytes(7)));
        int entry = SampleArchives.TAR_ENTRY;
        byte[] archive = Arrays.copyOf(first, 2 * entry + second.length); // without the end of the first
        System.arraycopy(second, 0, archive, 2 * entry, second.length);

        ArchiveContents contents = SampleArchives.index(folder, ArchiveFormat.TAR, archive);
        assertThat(SampleArchives.names(contents)).containsExactly("b.jpg", "a.jpg");
        assertThat(contents.replaced()).containsExactly("a.jpg");
        assertThat(SampleArchives.content(
                        ArchiveFormat.TAR, archive, contents.members().get(1)))
                .isEqualTo(SampleArchives.bytes(7));
    }

    @ParameterizedTest
    @EnumSource(names = {"TAR", "TAR_GZIP"})
    void aTarThatEndsEarlyKeepsTheMembersBefore(ArchiveFormat format) throws IOException {
        byte[] whole = SampleArchives.archive(format, SampleArchives.members("a.jpg", "b.jpg", "c.jpg"));
        int entry = SampleArchives.TAR_ENTRY;

        ArchiveContents contents = SampleArchives.index(folder, format, Arrays.copyOf(whole, 2 * entry + 1_000));
        assertThat(SampleArchives.names(contents)).startsWith("a.jpg", "b.jpg");
        assertThat(contents.flaw().get().reason()).isEqualTo(RejectionReason.TRUNCATED);
        assertThat(contents.flaw().get().message()).contains("ends at byte");
    }

    /** At a member's end or inside a header, where a parser sees a regular end. */
    @ParameterizedTest
    @CsvSource({"TAR, 0", "TAR, 200", "TAR, 512", "TAR_GZIP, 0", "TAR_GZIP, 200"})
    void aTarWithoutItsEndIsTruncated(ArchiveFormat format, int bytesOfNextHeader) throws IOException {
        int entry = SampleArchives.TAR_ENTRY;
        byte[] cut = Arrays.copyOf(
                Archives.tar(SampleArchives.members("a.jpg", "b.jpg", "c.jpg")), 2 * entry + bytesOfNextHeader);

        ArchiveContents contents =
                SampleArchives.index(folder, format, format == ArchiveFormat.TAR ? cut : Archives.gzip(cut));
        assertThat(SampleArchives.names(contents)).startsWith("a.jpg", "b.jpg");
        assertThat(contents.flaw().get().reason()).isEqualTo(RejectionReason.TRUNCATED);
    }

    @Test
    void aTarOfNoBytesIsTruncatedAndOneOfNoMembersIsWhole() throws IOException {
        assertThat(SampleArchives.index(folder, ArchiveFormat.TAR, new byte[0])
                        .flaw()
                        .get()
                        .message())
                .isEqualTo("the archive ends at byte 0 without a tar's block of zeros, so members may be lost");
        assertThat(SampleArchives.index(folder, ArchiveFormat.TAR, new byte[1024])
                        .flaw())
                .isEmpty();
    }

    @Test
    void aDamagedHeaderCostsTheMembersBehindIt() throws IOException {
        byte[] archive = Archives.tar(SampleArchives.members("a.jpg", "b.jpg", "c.jpg"));
        int entry = SampleArchives.TAR_ENTRY;
        Arrays.fill(archive, entry + 100, entry + 140, (byte) 0x5a);

        ArchiveContents contents = SampleArchives.index(folder, ArchiveFormat.TAR, archive);
        assertThat(SampleArchives.names(contents)).containsExactly("a.jpg");
        assertThat(contents.flaw().get().reason()).isEqualTo(RejectionReason.CORRUPT);
        assertThat(contents.flaw().get().message()).contains("members behind it are lost");
    }

    /** 10 MB of gzip that unpack to 10 GB of headers must not be held. */
    @Test
    void headersOfGigabytesAreRefused() throws IOException {
        byte[] tar = Archives.tar(Map.of("././@LongLink", new byte[5 << 20]));
        tar[156] = 'L'; // its type: the name of the next member
        setChecksum(tar);

        ArchiveContents contents = SampleArchives.index(folder, ArchiveFormat.TAR_GZIP, Archives.gzip(tar));
        assertThat(contents.members()).isEmpty();
        assertThat(contents.flaw().get().reason()).isEqualTo(RejectionReason.TOO_LARGE);
    }

    private static void setChecksum(byte[] tar) {
        Arrays.fill(tar, 148, 156, (byte) ' ');
        int sum = 0;
        for (int i = 0; i < 512; i++) {
            sum += tar[i] & 0xff;
        }
        byte[] octal = String.format(Locale.ROOT, "%06o\0", sum).getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(octal, 0, tar, 148, octal.length);
    }
}
