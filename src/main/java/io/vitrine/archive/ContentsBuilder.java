package io.vitrine.archive;

import io.vitrine.RejectionReason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Collects an archive's members within a bound of memory. Used by one thread. */
final class ContentsBuilder {
    /** The most members of one archive: about 200 MB of index besides their names. Shards of training sets have some thousands. */
    static final int MAX_MEMBERS = 1_000_000;

    /** Characters of names and texts together: 256 MiB at most. */
    static final long MAX_CHARACTERS = 128L << 20;

    private final Map<String, Member> members = new HashMap<>();
    private final List<String> replaced = new ArrayList<>();
    private final List<String> others = new ArrayList<>();
    private long characters;

    /** Adds a file. Returns a flaw if the index has no room for it. */
    Optional<Flaw> add(Member member) {
        characters += member.name().length() + member.text().map(String::length).orElse(0);
        if (isFull()) {
            return Optional.of(full());
        }
        if (members.put(member.name(), member) != null) {
            replaced.add(member.name());
        }
        return Optional.empty();
    }

    /** Adds a link or a device. */
    Optional<Flaw> addOther(String name) {
        characters += name.length();
        if (isFull()) {
            return Optional.of(full());
        }
        others.add(name);
        return Optional.empty();
    }

    private boolean isFull() {
        return members.size() + replaced.size() + others.size() >= MAX_MEMBERS || characters > MAX_CHARACTERS;
    }

    /** What an archive of too many members has. */
    static Flaw full() {
        return new Flaw(
                RejectionReason.TOO_LARGE,
                "more than " + MAX_MEMBERS + " members, or too long names: those behind are not read. Split it");
    }

    ArchiveContents build(Optional<Flaw> flaw) {
        List<Member> sorted = new ArrayList<>(members.values());
        sorted.sort(Comparator.comparingLong(member -> member.extent().offset()));
        return new ArchiveContents(sorted, replaced, others, flaw);
    }
}
