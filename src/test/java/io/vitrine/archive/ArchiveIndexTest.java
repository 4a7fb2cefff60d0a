package io.vitrine.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What all formats have in common. */
final class ArchiveIndexTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    void extentsLeadToTheBytesOfMembers(ArchiveFormat format) throws Exception {
        String longName = "long/" + "n".repeat(300) + ".jpg";
        Map<String, byte[]> members =
                SampleArchives.members("b.jpg", "a.jpg", longName, "../../etc/passwd", "ü#雪.jpg", "/root.jpg");
        byte[] archive = SampleArchives.archive(format, members);

        ArchiveContents contents = SampleArchives.index(folder, format, archive);
        assertThat(contents.flaw()).isEmpty();
        assertThat(SampleArchives.names(contents)).containsExactlyElementsOf(members.keySet());
        for (Member member : contents.members()) {
            assertThat(SampleArchives.content(format, archive, member))
                    .as(member.name())
                    .isEqualTo(members.get(member.name()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void textsOfMembersAreRead(ArchiveFormat format) throws IOException {
        Map<String, byte[]> members = SampleArchives.members("a.jpg");
        members.put("a.txt", "a crème brûlée".getBytes(StandardCharsets.UTF_8));
        members.putAll(SampleArchives.members("b.jpg"));

        List<Member> found = SampleArchives.index(folder, format, SampleArchives.archive(format, members), "a.txt")
                .members();
        assertThat(found.get(1).text()).contains("a crème brûlée");
        assertThat(found.get(2).text()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aFileThatIsNoArchiveIsAFlawOfItsOwn(ArchiveFormat format) throws IOException {
        ArchiveContents contents = SampleArchives.index(folder, format, SampleArchives.bytes(1));
        assertThat(contents.members()).isEmpty();
        assertThat(contents.flaw()).isPresent();
    }
}
