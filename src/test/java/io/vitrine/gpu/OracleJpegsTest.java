package io.vitrine.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.gpu.GpuComparison.Named;
import io.vitrine.image.preprocess.Preprocessing;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The JPEGs of all tests, through the preprocessing of some checkpoints; {@link ManyJpegsIT} takes all. */
final class OracleJpegsTest {
    private static final int EVERY = 9;

    /** Damaged files, and those of other kinds. */
    static final Map<String, HandOver> HANDED_OVER = new TreeMap<>(Map.ofEntries(
            Map.entry("cmyk_noeoi_zeros.jpg", HandOver.STRUCTURE),
            Map.entry("cmyk_restart_missing.jpg", HandOver.STRUCTURE),
            Map.entry("fuzz_grey_ff_0.jpg", HandOver.STRUCTURE),
            Map.entry("fuzz_jpg_ff_0.jpg", HandOver.STRUCTURE),
            Map.entry("grey_noeoi_zeros.jpg", HandOver.STRUCTURE),
            Map.entry("jpg_bytes_between_segments.jpg", HandOver.STRUCTURE),
            Map.entry("jpg_download_restarted.jpg", HandOver.STRUCTURE),
            Map.entry("noeoi_second_jpeg.jpg", HandOver.STRUCTURE),
            Map.entry("noeoi_text.jpg", HandOver.STRUCTURE),
            Map.entry("progressive.jpg", HandOver.PROCESS),
            Map.entry("r04_pillow3185_download_restarted.jpg", HandOver.STRUCTURE),
            Map.entry("r14_opencv17705_tiff_4bit_lzw.jpg", HandOver.FORMAT),
            Map.entry("r19_webp_named.jpg", HandOver.FORMAT),
            Map.entry("ycck_420_flipped_bits.jpg", HandOver.DATA),
            Map.entry("ycck_progressive.jpg", HandOver.PROCESS)));

    @Test
    void kernelsGiveTheBytesOfTheCpu() throws IOException {
        List<Preprocessing> steps = OracleJpegs.preprocessings();
        assertThat(steps).hasSizeGreaterThan(40).anyMatch(Preprocessing::rescalesBeforeResize);
        try (EmulatedDevice device = EmulatedDevice.shipped()) {
            for (int i = 0; i < steps.size(); i += EVERY) {
                compare(device, steps.get(i));
            }
        }
    }

    static void compare(EmulatedDevice device, Preprocessing steps) throws IOException {
        List<Named> files = OracleJpegs.files();
        assertThat(files).hasSizeGreaterThan(35);
        try (GpuComparison comparison = new GpuComparison(device, steps)) {
            comparison.compare(files);
            Map<String, HandOver> expected = new TreeMap<>(HANDED_OVER);
            expected.keySet().retainAll(files.stream().map(Named::name).toList());
            assertThat(comparison.handedOver()).as("%s", steps).isEqualTo(expected);
            assertThat(comparison.equal()).isGreaterThan(20);
        }
    }
}
