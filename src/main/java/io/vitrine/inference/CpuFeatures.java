package io.vitrine.inference;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a processor can do, as Linux tells it.
 *
 * @param flags its instruction sets by Linux's names; empty where it does not tell
 */
public record CpuFeatures(String vendor, Set<String> flags) {

    /** This machine's. */
    public static CpuFeatures here() {
        try {
            return parse(Files.readAllLines(Path.of("/proc/cpuinfo")));
        } catch (IOException e) {
            return new CpuFeatures("", Set.of());
        }
    }

    /** From the lines of {@code /proc/cpuinfo}, the first processor's. */
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

    /** Whether it multiplies bfloat16 matrices by the tile. */
    boolean hasAmx() {
        return flags.contains("amx_bf16");
    }

    /** The instructions it has for bfloat16, or an empty text. */
    String bfloat16() {
        return hasAmx() ? "AMX" : flags.contains("avx512_bf16") ? "AVX512-BF16" : "";
    }

    /** Whether oneDNN lays bfloat16 weights out on it; it computes them on others as well, slowly. */
    boolean packsBfloat16() {
        return flags.containsAll(List.of("avx512f", "avx512bw", "avx512vl", "avx512dq"));
    }

    boolean isIntelWithAvx512() {
        return vendor.equals("GenuineIntel") && flags.contains("avx512f");
    }
}
