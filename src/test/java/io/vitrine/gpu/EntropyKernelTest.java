package io.vitrine.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.gpu.EntropyRun.Decoded;
import io.vitrine.gpu.EntropyRun.ScanBytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The lanes of the kernels against a decoder that reads one symbol after the other. */
@Tag("slow")
final class EntropyKernelTest {
    private static final int DECODED = 0;
    private static final int UNSYNCHRONISED = 3;
    private static final List<List<Integer>> SAMPLINGS = List.of(
            List.of(11),
            List.of(22, 11, 11),
            List.of(21, 11, 11),
            List.of(12, 11, 11),
            List.of(41, 11, 11),
            List.of(11, 11, 11, 11),
            List.of(22, 11, 11, 22));

    private final Random random = new Random(20);

    @ParameterizedTest
    @CsvSource({"decodeScans, 60", "decodeLargeScans, 20"})
    void lanesDecodeWhatWasEncoded(String kernel, int images) {
        Emulator emulator = KernelCompiler.compile(KernelCompiler.SOURCES);
        for (int i = 0; i < images; i++) {
            RandomImage image = image();
            List<ScanBytes> scans = scans(image);
            Decoded decoded = EntropyRun.decode(emulator, image, scans, kernel);
            assertThat(decoded.status()).as("image %d", i).isEqualTo(DECODED);
            assertThat(decoded.blocks()).as("image %d", i).isDeepEqualTo(image.blocks);
        }
    }

    /** Of damaged data, what is not clean is reported, and what is clean is decoded. */
    @ParameterizedTest
    @CsvSource({"decodeScans, 100", "decodeLargeScans, 30"})
    void damageIsReported(String kernel, int images) {
        Emulator emulator = KernelCompiler.compile(KernelCompiler.SOURCES);
        int clean = 0;
        for (int i = 0; i < images; i++) {
            RandomImage image = image();
            List<ScanBytes> scans = scans(image);
            scans.forEach(scan -> damage(scan.segments()));
            short[][] expected = new short[image.blocks.length][RandomImage.COEFFICIENTS];
            boolean isClean = scans.stream().allMatch(scan -> scan.scan().decode(scan.segments(), expected));
            Decoded decoded = EntropyRun.decode(emulator, image, scans, kernel);
            assertThat(decoded.status() == DECODED)
                    .as("image %d, status %d", i, decoded.status())
                    .isEqualTo(isClean);
            if (isClean) {
                assertThat(decoded.blocks()).as("image %d", i).isDeepEqualTo(expected);
                clean++;
            }
        }
        assertThat(clean).isBetween(1, images - 1);
    }

    /** Blocks of two bits, all alike, at a period that no share begins with: lanes never fall into step. */
    @Test
    void waitingForStepsIsBounded() {
        Emulator emulator = KernelCompiler.compile(
                ChangedKernels.with("entropy.cu", "#define MAX_BITS_BEHIND (1 << 21)", "#define MAX_BITS_BEHIND 3000"));
        RandomImage image = RandomImage.flat(List.of(22, 11, 11), 41, 20);
        List<ScanBytes> scans = scans(image, List.of(0, 1, 2), 1 << 16);
        Decoded decoded = EntropyRun.decode(emulator, image, scans, "decodeScans");
        assertThat(decoded.status()).isEqualTo(UNSYNCHRONISED);
        Decoded unbounded =
                EntropyRun.decode(KernelCompiler.compile(KernelCompiler.SOURCES), image, scans, "decodeScans");
        assertThat(unbounded.status()).isEqualTo(DECODED);
    }

    private RandomImage image() {
        List<Integer> sampling = SAMPLINGS.get(random.nextInt(SAMPLINGS.size()));
        return RandomImage.of(sampling, 1 + random.nextInt(5), 1 + random.nextInt(4), 1 + random.nextInt(4), random);
    }

    /** One scan of all components, or one of each. */
    private List<ScanBytes> scans(RandomImage image) {
        List<Integer> all = IntStream.range(0, image.components.size()).boxed().toList();
        int interval = random.nextBoolean() ? 1 << 16 : 1 + random.nextInt(12);
        if (random.nextInt(3) > 0) {
            return scans(image, all, interval);
        }
        List<ScanBytes> scans = new ArrayList<>();
        all.forEach(component -> scans.addAll(scans(image, List.of(component), interval)));
        return scans;
    }

    private static List<ScanBytes> scans(RandomImage image, List<Integer> components, int interval) {
        SerialScan scan = new SerialScan(image, components, interval);
        return List.of(new ScanBytes(scan, components, scan.encode()));
    }

    private void damage(List<byte[]> segments) {
        int index = random.nextInt(segments.size());
        byte[] bytes = segments.get(index).clone();
        switch (random.nextInt(5)) {
            case 0 -> flip(bytes, random.nextInt(8 * bytes.length));
            case 1 -> bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            case 2 -> bytes = Arrays.copyOf(bytes, Math.max(1, bytes.length - 1 - random.nextInt(2)));
            case 3 -> bytes = Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(3));
            default -> flip(bytes, 8 * bytes.length - 1); // padding, or the last bit
        }
        segments.set(index, bytes);
    }

    private static void flip(byte[] bytes, int bit) {
        bytes[bit / 8] = (byte) (bytes[bit / 8] ^ 0x80 >> bit % 8);
    }
}
