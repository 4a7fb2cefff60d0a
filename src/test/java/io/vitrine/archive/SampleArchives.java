package io.vitrine.archive;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.testkit.Archives;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

/** Archives of members of random bytes, and what the index and a reader make of them. */
final class SampleArchives {
    /** Bytes of each member. */
    static final int SIZE = 5_000;

    /** Bytes of a member of a tar, with its header. */
    static final int TAR_ENTRY = 512 + (SIZE + 511) / 512 * 512;

    private SampleArchives() {}

    static byte[] bytes(int seed) {
        byte[] bytes = new byte[SIZE];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    static Map<String, byte[]> members(String... names) {
        Map<String, byte[]> members = new LinkedHashMap<>();
        for (String name : names) {
            members.put(name, bytes(name.hashCode()));
        }
        return members;
    }

    static byte[] archive(ArchiveFormat format, Map<String, byte[]> members) {
        return switch (format) {
            case TAR -> Archives.tar(members);
            case TAR_GZIP -> Archives.gzip(Archives.tar(members));
            case ZIP -> Archives.zip(members);
        };
    }

    static ArchiveContents index(Path folder, ArchiveFormat format, byte[] archive, String... texts)
            throws IOException {
        Path file = Files.write(folder.resolve("archive"), archive);
        FileSystem fs = FileSystem.getLocal(new Configuration()).getRaw();
        return ArchiveIndex.read(
                fs.open(new org.apache.hadoop.fs.Path(file.toUri())), format, archive.length, List.of(texts)::contains);
    }

    static List<String> names(ArchiveContents contents) {
        return contents.members().stream().map(Member::name).toList();
    }

    /** What a reader makes of a member. */
    static byte[] content(ArchiveFormat format, byte[] archive, Member member)
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
}
