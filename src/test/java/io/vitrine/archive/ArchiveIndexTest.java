package io.vitrine.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.testkit.Archives;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ArchiveIndexTest {
    private static final int SIZE = 5_000;

    @TempDir
    private Path folder;

    private static byte[] bytes(int seed) {
        byte[] bytes = new byte[SIZE];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static Map<String, byte[]> members(String... names) {
        Map<String, byte[]> members = new LinkedHashMap<>();
        for (String name : names) {
            members.put(name, bytes(name.hashCode()));
        }
        return members;
    }

    private static byte[] archive(ArchiveFormat format, Map<String, byte[]> members) {
        return switch (format) {
            case TAR -> Archives.tar(members);
            case TAR_GZIP -> Archives.gzip(Archives.tar(members));
            case ZIP -> Archives.zip(members);
        };
    }

    private ArchiveContents index(ArchiveFormat format, byte[] archive, String... texts) throws IOException {
        Path file = Files.write(folder.resolve("archive"), archive);
        FileSystem fs = FileSystem.getLocal(new Configuration()).getRaw();
        return ArchiveIndex.read(
                fs.open(new org.apache.hadoop.fs.Path(file.toUri())), format, archive.length, List.of(texts)::contains);
    }

    private static List<String> names(ArchiveContents contents) {
        return contents.members().stream().map(Member::name).toList();
    }

    /** What a reader makes of a member. */
    private static byte[] content(ArchiveFormat format, byte[] archive, Member member)
            throws IOException, ImageRejectedException {
        Extent extent = member.extent();
        byte[] content = new byte[(int) member.length()];
        if (format == ArchiveFormat.ZIP) {
            FileBytes range = FileBytes.of(archive).part((int) extent.offset(), (int) extent.end());
            ZipMember.unpack(range, extent, content, 0, content.length);
            return content;
        }
        if (format == ArchiveFormat.TAR) {
            return Arrays.copyOfRange(archive, (int) extent.offset(), (int) extent.end());
        }
        try (UnpackedStream stream = new UnpackedStream(new ByteArrayInputStream(archive))) {
            byte[] all = new byte[(int) extent.end()];
            for (int filled = 0; filled < all.length; ) {
                filled += stream.read(all, filled, all.length - filled);
            }
            return Arrays.copyOfRange(all, (int) extent.offset(), all.length);
        }
    }

    @ParameterizedTest
    @EnumSource
    void extentsLeadToTheBytesOfMembers(ArchiveFormat format) throws Exception {
        String longName = "long/" + "n".repeat(300) + ".jpg";
        Map<String, byte[]> members = members("b.jpg", "a.jpg", longName, "../../etc/passwd", "ü#雪.jpg", "/root.jpg");
        byte[] archive = archive(format, members);

        ArchiveContents contents = index(format, archive);
        assertThat(contents.flaw()).isEmpty();
        assertThat(names(contents)).containsExactlyElementsOf(members.keySet());
        for (Member member : contents.members()) {
            assertThat(content(format, archive, member)).as(member.name()).isEqualTo(members.get(member.name()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void textsOfMembersAreRead(ArchiveFormat format) throws IOException {
        Map<String, byte[]> members = members("a.jpg");
        members.put("a.txt", "a crème brûlée".getBytes(StandardCharsets.UTF_8));
        members.putAll(members("b.jpg"));

        List<Member> found = index(format, archive(format, members), "a.txt").members();
        assertThat(found.get(1).text()).contains("a crème brûlée");
        assertThat(found.get(2).text()).isEmpty();
    }

    @Test
    void theLastOfSeveralMembersWithOneNameCounts() throws Exception {
        byte[] first = Archives.tar(members("./a.jpg", "b.jpg"));
        byte[] second = Archives.tar(Map.of("a.jpg", bytes(7)));
        int entry = 512 + (SIZE + 511) / 512 * 512;
        byte[] archive = Arrays.copyOf(first, 2 * entry + second.length); // without the end of the first
        System.arraycopy(second, 0, archive, 2 * entry, second.length);

        ArchiveContents contents = index(ArchiveFormat.TAR, archive);
        assertThat(names(contents)).containsExactly("b.jpg", "a.jpg");
        assertThat(contents.replaced()).containsExactly("a.jpg");
        assertThat(content(ArchiveFormat.TAR, archive, contents.members().get(1)))
                .isEqualTo(bytes(7));
    }

    @ParameterizedTest
    @EnumSource(names = {"TAR", "TAR_GZIP"})
    void aTarThatEndsEarlyKeepsTheMembersBefore(ArchiveFormat format) throws IOException {
        byte[] whole = archive(format, members("a.jpg", "b.jpg", "c.jpg"));
        int entry = 512 + (SIZE + 511) / 512 * 512;

        ArchiveContents contents = index(format, Arrays.copyOf(whole, 2 * entry + 1_000));
        assertThat(names(contents)).startsWith("a.jpg", "b.jpg");
        assertThat(contents.flaw().get().reason()).isEqualTo(RejectionReason.TRUNCATED);
        assertThat(contents.flaw().get().message()).contains("ends at byte");
    }

    /** At a member's end or inside a header, where a parser sees a regular end. */
    @ParameterizedTest
    @CsvSource({"TAR, 0", "TAR, 200", "TAR, 512", "TAR_GZIP, 0", "TAR_GZIP, 200"})
    void aTarWithoutItsEndIsTruncated(ArchiveFormat format, int bytesOfNextHeader) throws IOException {
        int entry = 512 + (SIZE + 511) / 512 * 512;
        byte[] cut = Arrays.copyOf(Archives.tar(members("a.jpg", "b.jpg", "c.jpg")), 2 * entry + bytesOfNextHeader);

        ArchiveContents contents = index(format, format == ArchiveFormat.TAR ? cut : Archives.gzip(cut));
        assertThat(names(contents)).startsWith("a.jpg", "b.jpg");
        assertThat(contents.flaw().get().reason()).isEqualTo(RejectionReason.TRUNCATED);
    }

    @Test
    void aTarOfNoBytesIsTruncatedAndOneOfNoMembersIsWhole() throws IOException {
        assertThat(index(ArchiveFormat.TAR, new byte[0]).flaw().get().message())
                .isEqualTo("the archive ends at byte 0 without a tar's block of zeros, so members may be lost");
        assertThat(index(ArchiveFormat.TAR, new byte[1024]).flaw()).isEmpty();
    }

    @Test
    void aDamagedHeaderCostsTheMembersBehindIt() throws IOException {
        byte[] archive = Archives.tar(members("a.jpg", "b.jpg", "c.jpg"));
        int entry = 512 + (SIZE + 511) / 512 * 512;
        Arrays.fill(archive, entry + 100, entry + 140, (byte) 0x5a);

        ArchiveContents contents = index(ArchiveFormat.TAR, archive);
        assertThat(names(contents)).containsExactly("a.jpg");
        assertThat(contents.flaw().get().reason()).isEqualTo(RejectionReason.CORRUPT);
        assertThat(contents.flaw().get().message()).contains("members behind it are lost");
    }

    @ParameterizedTest
    @EnumSource
    void aFileThatIsNoArchiveIsAFlawOfItsOwn(ArchiveFormat format) throws IOException {
        ArchiveContents contents = index(format, bytes(1));
        assertThat(contents.members()).isEmpty();
        assertThat(contents.flaw()).isPresent();
    }

    @Test
    void aDamagedMemberOfAZipCostsItself() throws Exception {
        byte[] archive = Archives.zip(members("a.jpg", "b.jpg"));
        archive[200] ^= 0x5a;

        ArchiveContents contents = index(ArchiveFormat.ZIP, archive);
        List<Member> members = contents.members();
        assertThatThrownBy(() -> content(ArchiveFormat.ZIP, archive, members.get(0)))
                .isInstanceOfSatisfying(ImageRejectedException.class, e -> assertThat(e.reason())
                        .isEqualTo(RejectionReason.CORRUPT));
        assertThat(content(ArchiveFormat.ZIP, archive, members.get(1))).isEqualTo(bytes("b.jpg".hashCode()));
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
        byte[] archive = Archives.zip(members("a.jpg", "b.jpg"));
        int second = lastIndexOf(archive, "PK\1\2");
        Arrays.fill(archive, second + 42, second + 46, (byte) 0); // b.jpg begins where a.jpg does
        archive[second + 42] = 4; // or a little later, inside its header

        List<Member> members = index(ArchiveFormat.ZIP, archive).members();
        assertThat(members.get(0).flaw().get().message()).contains("overlap");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 29, 32}) // its signature, and the high bytes of the lengths of its name and its comment
    void aDamagedDirectoryOfAZipIsAFlaw(int at) throws IOException {
        byte[] archive = Archives.zip(members("a.jpg", "b.jpg", "c.jpg"));
        int second = new String(archive, StandardCharsets.ISO_8859_1).indexOf("PK\1\2") + 46 + "a.jpg".length();
        int entry = new String(archive, StandardCharsets.ISO_8859_1).indexOf("PK\1\2", second);
        archive[entry + at] ^= 0x5a;

        ArchiveContents contents = index(ArchiveFormat.ZIP, archive);
        assertThat(names(contents)).first().isEqualTo("a.jpg");
        assertThat(contents.flaw().get().reason()).isEqualTo(RejectionReason.CORRUPT);
        assertThat(contents.flaw().get().message()).contains("its directory says 3 members", "members are lost");
    }

    @Test
    void aDirectoryWithFewerMembersThanItsEndSaysIsAFlaw() throws IOException {
        byte[] archive = Archives.zip(members("a.jpg"));
        archive[lastIndexOf(archive, "PK\5\6") + 10] = 2;

        ArchiveContents contents = index(ArchiveFormat.ZIP, archive);
        assertThat(names(contents)).containsExactly("a.jpg");
        assertThat(contents.flaw().get().message()).contains("its directory says 2 members, but after 1 none follows");
    }

    private static int lastIndexOf(byte[] bytes, String signature) {
        return new String(bytes, StandardCharsets.ISO_8859_1).lastIndexOf(signature);
    }

    /** 10 MB of gzip that unpack to 10 GB of headers must not be held. */
    @Test
    void headersOfGigabytesAreRefused() throws IOException {
        byte[] tar = Archives.tar(Map.of("././@LongLink", new byte[5 << 20]));
        tar[156] = 'L'; // its type: the name of the next member
        setChecksum(tar);

        ArchiveContents contents = index(ArchiveFormat.TAR_GZIP, Archives.gzip(tar));
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
