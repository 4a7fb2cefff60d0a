package io.vitrine.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.testkit.Archives;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Zips: what a damaged directory and damaged members cost. */
@Tag("slow")
final class ZipIndexTest {
    @TempDir
    private Path folder;

    @Test
    void aDamagedMemberOfAZipCostsItself() throws Exception {
        byte[] archive = Archives.zip(SampleArchives.members("a.jpg", "b.jpg"));
        archive[200] ^= 0x5a;

        ArchiveContents contents = SampleArchives.index(folder, ArchiveFormat.ZIP, archive);
        List<Member> members = contents.members();
        assertThatThrownBy(() -> SampleArchives.content(ArchiveFormat.ZIP, archive, members.get(0)))
                .isInstanceOfSatisfying(ImageRejectedException.class, e -> assertThat(e.reason())
                        .isEqualTo(RejectionReason.CORRUPT));
        assertThat(SampleArchives.content(ArchiveFormat.ZIP, archive, members.get(1)))
                .isEqualTo(SampleArchives.bytes("b.jpg".hashCode()));
    }

    /** A bomb of gigabytes: its members are refused by what they claim, before memory is taken for them. */
    @Test
    void aMemberThatClaimsMoreThanItsBytesHoldIsRefused() {
        Extent extent = new Extent(Extent.Packing.ZIP_DEFLATED, 0, 1_000, 900, 0);
        assertThatThrownBy(() -> ZipMember.requirePossible(extent, 4L << 30))
                .hasMessageContaining("said to have 4294967296 bytes, which 900 can't hold");
    }

    /** The bytes of one member in several: what non-recursive bombs are made of. */
    @Test
    void membersOfAZipThatShareBytesAreCorrupt() throws IOException {
        byte[] archive = Archives.zip(SampleArchives.members("a.jpg", "b.jpg"));
        int second = lastIndexOf(archive, "PK\1\2");
        Arrays.fill(archive, second + 42, second + 46, (byte) 0); // b.jpg begins where a.jpg does
        archive[second + 42] = 4; // or a little later, inside its header

        List<Member> members =
                SampleArchives.index(folder, ArchiveFormat.ZIP, archive).members();
        assertThat(members.get(0).flaw().get().message()).contains("overlap");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 29, 32}) // its signature, and the high bytes of the lengths of its name and its comment
    void aDamagedDirectoryOfAZipIsAFlaw(int at) throws IOException {
        byte[] archive = Archives.zip(SampleArchives.members("a.jpg", "b.jpg", "c.jpg"));
        int second = new String(archive, StandardCharsets.ISO_8859_1).indexOf("PK\1\2") + 46 + "a.jpg".length();
        int entry = new String(archive, StandardCharsets.ISO_8859_1).indexOf("PK\1\2", second);
        archive[entry + at] ^= 0x5a;

        ArchiveContents contents = SampleArchives.index(folder, ArchiveFormat.ZIP, archive);
        assertThat(SampleArchives.names(contents)).first().isEqualTo("a.jpg");
        assertThat(contents.flaw().get().reason()).isEqualTo(RejectionReason.CORRUPT);
        assertThat(contents.flaw().get().message()).contains("its directory says 3 members", "members are lost");
    }

    @Test
    void aDirectoryWithFewerMembersThanItsEndSaysIsAFlaw() throws IOException {
        byte[] archive = Archives.zip(SampleArchives.members("a.jpg"));
        archive[lastIndexOf(archive, "PK\5\6") + 10] = 2;

        ArchiveContents contents = SampleArchives.index(folder, ArchiveFormat.ZIP, archive);
        assertThat(SampleArchives.names(contents)).containsExactly("a.jpg");
        assertThat(contents.flaw().get().message()).contains("its directory says 2 members, but after 1 none follows");
    }

    /** A directory of 5.8 million entries would be a gigabyte of them. What follows the last one that counts is not looked at. */
    @Test
    void aDirectoryIsReadAsFarAsThereIsRoomForMembers() throws IOException {
        byte[] entry = Archives.zip(Map.of("0.jpg", new byte[0]));
        int directory = new String(entry, StandardCharsets.ISO_8859_1).indexOf("PK\1\2");
        ByteBuffer zip = ByteBuffer.allocate(60 << 20).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i <= ContentsBuilder.MAX_MEMBERS; i++) {
            zip.put(entry, directory, 46);
            zip.putShort(zip.position() - 46 + 28, (short) 8); // the length of its name
            zip.putShort(zip.position() - 46 + 30, (short) 0);
            zip.put(String.format(Locale.ROOT, "%08d", i).getBytes(StandardCharsets.ISO_8859_1));
        }
        zip.position(zip.limit() - 22);
        zip.putInt(0x06054b50).putInt(0).putInt(-1).putInt(zip.limit() - 22).putInt(0);

        ArchiveContents contents = SampleArchives.index(folder, ArchiveFormat.ZIP, zip.array());
        assertThat(contents.members()).hasSize(ContentsBuilder.MAX_MEMBERS);
        assertThat(contents.flaw().get().reason()).isEqualTo(RejectionReason.TOO_LARGE);
        assertThat(contents.flaw().get().message()).contains("more than 1000000 members");
        PackedContents packed = PackedContents.of(contents);
        assertThat(packed.bytes()).hasSizeLessThan(40 << 20);
        assertThat(packed.open()).toIterable().hasSize(ContentsBuilder.MAX_MEMBERS);
    }

    /** Entries that lie across two reads of the directory. */
    @Test
    void aLongDirectoryIsReadInPieces() throws IOException {
        Map<String, byte[]> members = new LinkedHashMap<>();
        for (int i = 0; i < 2_000; i++) {
            members.put(i + "-" + "n".repeat(5_000) + ".jpg", new byte[] {(byte) i});
        }
        ArchiveContents contents = SampleArchives.index(folder, ArchiveFormat.ZIP, Archives.zip(members));
        assertThat(contents.flaw()).isEmpty();
        assertThat(SampleArchives.names(contents)).containsExactlyElementsOf(members.keySet());
    }

    private static int lastIndexOf(byte[] bytes, String signature) {
        return new String(bytes, StandardCharsets.ISO_8859_1).lastIndexOf(signature);
    }
}
