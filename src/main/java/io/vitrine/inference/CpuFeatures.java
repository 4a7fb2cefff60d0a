package io.vitrine.inference;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The vendor and instruction sets of a processor, from {@code /proc/cpuinfo} of Linux.
 *
 * @param vendor such as {@code GenuineIntel}; empty if unknown
 * @param flags instruction sets by their Linux names; empty if unknown
 */
public record CpuFeatures(String vendor, Set<String> flags) {

    /** The processor of this machine; unknown if the system is not Linux on x86. */
    public static CpuFeatures ofThisMachine() {
        try {
            return parse(Files.readAllLines(Path.of("/proc/cpuinfo")));
        } catch (IOException e) {
            return new CpuFeatures("", Set.of());
        }
    }

    /** Reads the first processor from the lines of {@code /proc/cpuinfo}. */
    static CpuFeatures parse(List<String> lines) {
        String vendor = "";
        Set<String> flags = new HashSet<>();
        for (String line : lines) {
            String value = line.substring(line.indexOf(':') + 1).trim();
            if (line.startsWith("vendor_id") && vendor.isEmpty()) {
                vendor = value;
            } else if (line.startsWith("flags") && flags.isEmpty()) {
                flags.addAll(List.of(value.split(" ")));
            }
        }
        return new CpuFeatures(vendor, Set.copyOf(flags));
    }

    /** Whether the processor multiplies bfloat16 matrices by tiles (AMX). */
    boolean hasAmx() {
        return flags.contains("amx_bf16");
    }

    /** The fastest instructions for bfloat16, if there are any. */
    Optional<String> bfloat16Instructions() {
        if (hasAmx()) {
            return Optional.of("AMX");
        }
        return flags.contains("avx512_bf16") ? Optional.of("AVX512-BF16") : Optional.empty();
    }

    /** Whether oneDNN can repack bfloat16 weights on this processor. On others it computes them unpacked, slowly. */
    boolean canRepackBfloat16() {
        return flags.containsAll(List.of("avx512f", "avx512bw", "avx512vl", "avx512dq"));
    }

    boolean isIntelWithAvx512() {
        return vendor.equals("GenuineIntel") && flags.contains("avx512f");
    }
}
