package io.vitrine.archive;

import java.util.List;
import java.util.Optional;

/**
 * What an archive holds.
 *
 * @param members its files, in the order of their bytes, each name once: of several members with one name the last counts, as if
 *     the archive had been unpacked
 * @param replaced names of members that a later one replaces
 * @param others names of links and devices
 * @param flaw why members may be missing
 */
public record ArchiveContents(List<Member> members, List<String> replaced, List<String> others, Optional<Flaw> flaw) {}
