package io.vitrine.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.RejectionReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class PackedContentsTest {
    @Test
    void whatIsPackedIsReadAgain() {
        Member plain = new Member(
                "ü/雪#1.jpg",
                1L << 40,
                new Extent(Extent.Packing.PLAIN, 512, 7, 7, -1),
                Optional.empty(),
                Optional.empty());
        Member flawed = new Member(
                "n".repeat(70_000),
                0,
                new Extent(Extent.Packing.ZIP_DEFLATED, 1L << 33, 1, 2, 0xffffffffL),
                Optional.of(new Flaw(RejectionReason.UNSUPPORTED, "a sparse member of a tar")),
                Optional.of("x".repeat(70_000)));
        PackedContents packed = new PackedContents(PackedContents.of(new ArchiveContents(
                        List.of(plain, flawed),
                        List.of("1", "2", "3", "4"),
                        List.of(),
                        Optional.of(new Flaw(RejectionReason.TRUNCATED, "ends"))))
                .bytes());

        PackedContents.Reader reader = packed.open();
        assertThat(reader.replaced()).isEqualTo(new PackedContents.Some(4, List.of("1", "2", "3")));
        assertThat(reader.others()).isEqualTo(new PackedContents.Some(0, List.of()));
        assertThat(reader.flaw()).contains(new Flaw(RejectionReason.TRUNCATED, "ends"));
        List<Member> members = new ArrayList<>();
        reader.forEachRemaining(members::add);
        assertThat(members).containsExactly(plain, flawed);
    }
}
