package io.vitrine.gpu;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;

/** What lies before the sections of a batch. A kernel must not write there, and what it reads there is garbage. */
final class SectionGaps {
    /** Of a batch, but the scans: those of large images begin within their section. */
    private static final List<String> SECTIONS = List.of(
            "image",
            "segment",
            "huffman",
            "quantisation",
            "stream",
            "coefficient",
            "block",
            "sample",
            "rows",
            "output",
            "status");

    private static final byte GARBAGE = (byte) 0xa5;

    private record Gap(String section, long address) {}

    private final List<Gap> gaps = new ArrayList<>();

    /**
     * Fills the gaps.
     *
     * @param batch the argument of a kernel
     * @param hasGap whether memory of a launch holds a gap at an address
     */
    SectionGaps(Emulator emulator, Memory batch, LongPredicate hasGap) {
        for (String section : SECTIONS) {
            long address = batch.getLong(emulator.layout_of("Batch." + section)) - LaunchLayout.GAP;
            if (hasGap.test(address)) {
                new Pointer(address).setMemory(0, LaunchLayout.GAP, GARBAGE);
                gaps.add(new Gap(section, address));
            }
        }
    }

    /** Requires that they are as they were filled. */
    void check(String kernel) {
        for (Gap gap : gaps) {
            for (byte value : new Pointer(gap.address()).getByteArray(0, LaunchLayout.GAP)) {
                if (value != GARBAGE) {
                    throw new IllegalStateException(kernel + " wrote before section " + gap.section());
                }
            }
        }
    }
}
