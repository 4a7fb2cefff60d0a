package io.vitrine.image.isolate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ConfigurationException;
import io.vitrine.FileBytes;
import io.vitrine.RejectionReason;
import io.vitrine.Size;
import io.vitrine.image.Pictures;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.decode.ImageHeader;
import io.vitrine.image.decode.ImageLimits;
import io.vitrine.image.preprocess.ImageProcessor;
import io.vitrine.image.preprocess.Preprocessing;
import io.vitrine.image.preprocess.ResizeTarget;
import io.vitrine.testkit.Await;
import io.vitrine.testkit.DeadlyPicture;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Decoding in a child process: the same answers, and a dead child costs one image. */
final class ChildDecoderTest {
    static final DecodeRecipe RECIPE = new DecodeRecipe(
            Preprocessing.builder(ImageProcessor.VIT)
                    .resizeTo(new ResizeTarget.Exact(new Size(48, 32)))
                    .build(),
            new ImageLimits(1 << 22, 10_000_000),
            DecodeOptions.STANDARD);

    private static final FileBytes PICTURE = Pictures.file(Pictures.drawn("png", 30, 20, 7));
    private static final Duration PROMPTLY = Duration.ofSeconds(60);

    @TempDir
    private static Path folder;

    private static List<Path> classPath;

    private final ChildDecoder decoder = new ChildDecoder(RECIPE, classPath);

    @BeforeAll
    static void addPlugin() {
        classPath = new ArrayList<>(ChildClassPath.find());
        classPath.add(DeadlyPicture.plugin(folder));
    }

    @AfterEach
    void close() {
        decoder.close();
        ChildProcesses.awaitNone();
    }

    private DecodedFile decode(FileBytes file) {
        return decoder.decode(file, header -> {});
    }

    private DecodedFile.Rejected rejected(DeadlyPicture picture) {
        return (DecodedFile.Rejected) decode(Pictures.file(picture.file()));
    }

    @Test
    void theOraclesPicturesGiveTheSamePixels() throws IOException {
        try (DirectDecoder direct = new DirectDecoder(RECIPE.preprocessor());
                Stream<Path> pictures = Files.list(Path.of("src/test/resources/oracle/images"))) {
            List<Path> all = pictures.sorted().toList();
            assertThat(all).hasSizeGreaterThan(25);
            for (Path picture : all) {
                FileBytes file = Pictures.file(Files.readAllBytes(picture));
                requireSame(direct.decode(file, header -> {}), decode(file));
            }
        }
    }

    @Test
    void theChildHasTheLibraryOfAvif() {
        FileBytes avif = Pictures.file(Pictures.oracle("../../image-cases/avif_420.avif"));
        try (DirectDecoder direct = new DirectDecoder(RECIPE.preprocessor())) {
            DecodedFile expected = direct.decode(avif, header -> {});
            assertThat(expected).isInstanceOf(DecodedFile.Pixels.class);
            requireSame(expected, decode(avif));
        }
    }

    @Test
    void theChildHasTheHeapForPaddedTilesOfDeepSamples() throws IOException {
        int side = 2896; // as many pixels as the limit; the tile holds twice as many
        DecodeRecipe recipe = new DecodeRecipe(
                RECIPE.preprocessing(), new ImageLimits(1 << 20, (long) side * side), DecodeOptions.STANDARD);
        try (ChildDecoder large = new ChildDecoder(recipe, classPath)) {
            FileBytes tiff = FileBytes.of(DeepTiff.inOneTile(side, side, side, 2 * side));
            assertThat(large.decode(tiff, header -> {})).isInstanceOf(DecodedFile.Pixels.class);
        }
    }

    @Test
    void theChildHasTheHeapForFourComponentsOfJpeg2000() {
        int side = 2896; // as many pixels as the limit
        DecodeRecipe recipe = new DecodeRecipe(
                RECIPE.preprocessing(), new ImageLimits(1 << 20, (long) side * side), DecodeOptions.STANDARD);
        String size = String.format("%08x%08x%016x", side, side, 0);
        String image = "ff4fff5100320000" + size + size + "0004" + "070101".repeat(4); // one tile, 8 bits
        String coding = "ff52000c00000001000004040001" + "ff5c0005413800"; // one resolution, one layer, lossless
        String tile = "ff90000a00000000000f0001" + "ff9300" + "ffd9"; // an empty packet
        try (ChildDecoder large = new ChildDecoder(recipe, classPath)) {
            FileBytes file = FileBytes.of(HexFormat.of().parseHex(image + coding + tile));
            assertThat(large.decode(file, header -> {})).isInstanceOf(DecodedFile.Pixels.class);
        }
    }

    @Test
    void damagedFilesGiveTheSameRejections() {
        byte[] photo = Pictures.oracle("photo_420.jpg");
        try (DirectDecoder direct = new DirectDecoder(RECIPE.preprocessor())) {
            for (int length : List.of(0, 3, 100, 1000, photo.length / 2)) {
                FileBytes file = new FileBytes(photo, 0, length);
                requireSame(direct.decode(file, header -> {}), decode(file));
            }
        }
    }

    private static void requireSame(DecodedFile expected, DecodedFile found) {
        if (expected instanceof DecodedFile.Pixels pixels) {
            assertThat(found).isInstanceOf(DecodedFile.Pixels.class);
            assertThat(((DecodedFile.Pixels) found).pixels()).isEqualTo(pixels.pixels());
            assertThat(facts(Optional.of(((DecodedFile.Pixels) found).header())))
                    .isEqualTo(facts(Optional.of(pixels.header())));
        } else {
            DecodedFile.Rejected rejected = (DecodedFile.Rejected) expected;
            assertThat(((DecodedFile.Rejected) found).cause().reason())
                    .isEqualTo(rejected.cause().reason());
            assertThat(((DecodedFile.Rejected) found).cause())
                    .hasMessage(rejected.cause().getMessage());
            assertThat(facts(((DecodedFile.Rejected) found).header())).isEqualTo(facts(rejected.header()));
        }
    }

    private static String facts(Optional<ImageHeader> header) {
        return header.map(found -> found.format() + " " + found.storedSize() + " " + found.orientation())
                .orElse("none");
    }

    @Test
    void aSegmentationFaultCostsOneImage() {
        DecodedFile before = decode(PICTURE);
        DecodedFile.Rejected rejected = rejected(DeadlyPicture.SEGFAULT);
        assertThat(rejected.cause().reason()).isEqualTo(RejectionReason.CRASHED);
        assertThat(rejected.cause())
                .hasMessageStartingWith("the process that decoded the image died with SIGSEGV in ")
                .hasMessageEndingWith("; report the image, or convert it with another program");
        assertThat(facts(rejected.header())).startsWith("JPEG 110x150 ");
        requireSame(before, decode(PICTURE));
    }

    @Test
    void aProcessThatEndsByItselfIsACrash() {
        assertThat(rejected(DeadlyPicture.EXIT).cause().getMessage()).contains("died with exit status 3;");
        assertThat(decode(PICTURE)).isInstanceOf(DecodedFile.Pixels.class);
    }

    @Test
    void aKilledProcessIsOutOfMemory() {
        DecodedFile.Rejected rejected = rejected(DeadlyPicture.KILL);
        assertThat(rejected.cause().reason()).isEqualTo(RejectionReason.OUT_OF_MEMORY);
        assertThat(rejected.cause().getMessage()).contains("killed with signal 9 (SIGKILL)", "memoryOverhead");
    }

    /** Another image may have damaged the process, or the kernel may have chosen it at a bad moment. */
    @Test
    void anImageIsNotBlamedForTheDeathOfAProcessThatHasDecodedOthers() {
        decode(PICTURE);
        ChildProcesses.running().forEach(ProcessHandle::destroyForcibly);
        assertThat(decode(PICTURE)).isInstanceOf(DecodedFile.Pixels.class);
    }

    @Test
    void anExhaustedHeapCostsOneImageAndNoProcess() {
        decode(PICTURE);
        List<ProcessHandle> before = ChildProcesses.running();
        DecodedFile.Rejected rejected = rejected(DeadlyPicture.EXHAUST_MEMORY);
        assertThat(rejected.cause().reason()).isEqualTo(RejectionReason.OUT_OF_MEMORY);
        assertThat(decode(PICTURE)).isInstanceOf(DecodedFile.Pixels.class);
        assertThat(ChildProcesses.running()).isEqualTo(before);
    }

    @Test
    void aParserThatOverflowsTheStackRejectsTheImage() {
        DecodedFile.Rejected rejected = rejected(DeadlyPicture.RECURSE);
        assertThat(rejected.cause().reason()).isEqualTo(RejectionReason.CORRUPT);
    }

    @Test
    void aMissingClassIsNoFaultOfTheImage() {
        assertThatThrownBy(() -> rejected(DeadlyPicture.LACK_CLASS))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("Images cannot be decoded on this host")
                .hasMessageContaining("org/example/Missing");
    }

    @Test
    void whatALibraryPrintsIsNotTakenForAnAnswer() {
        DecodedFile.Rejected rejected = rejected(DeadlyPicture.PRINT);
        assertThat(rejected.cause().reason()).isEqualTo(RejectionReason.CRASHED);
        assertThat(rejected.cause()).hasMessageContaining("a wrong answer, unexpected bytes");
        assertThat(decode(PICTURE)).isInstanceOf(DecodedFile.Pixels.class);
    }

    @Test
    void aProcessThatHangsIsKilledWhenTheTimeIsOver() {
        try (TimedDecoder timed = new TimedDecoder(decoder, Optional.of(Duration.ofSeconds(1)))) {
            timed.decode(PICTURE, header -> {});
            ProcessHandle child = ChildProcesses.running().get(0);
            DecodedFile.Rejected rejected =
                    (DecodedFile.Rejected) timed.decode(Pictures.file(DeadlyPicture.HANG.file()), header -> {});
            assertThat(rejected.cause().reason()).isEqualTo(RejectionReason.TIMED_OUT);
            assertThat(facts(rejected.header())).startsWith("JPEG 110x150 ");
            Await.until("the child has ended", PROMPTLY, () -> !child.isAlive() && TimedDecoder.hanging() == 0);
        }
    }

    @Test
    void aProcessThatCannotStartIsAFaultOfTheInstallation() {
        try (ChildDecoder broken = new ChildDecoder(RECIPE, List.of(folder))) {
            assertThatThrownBy(broken::prepare)
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("The process that decodes images cannot start: it ended with exit status 1")
                    .hasMessageContaining("ChildMain")
                    .hasMessageContaining("--decode-isolation none");
        }
    }

    @Test
    void theChildSeesNoSecretsOfTheEnvironment() throws IOException {
        decode(PICTURE);
        String environment = Files.readString(
                Path.of("/proc/" + ChildProcesses.running().get(0).pid() + "/environ"));
        assertThat(environment).contains("LC_ALL").doesNotContain("OPT_OUT_TRACKING");
    }

    @Test
    void theChildEndsWithItsParentInTheMiddleOfAnImage() throws Exception {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                ParentOfHangingChild.class.getName(),
                String.join(
                        File.pathSeparator,
                        classPath.stream().map(Path::toString).toList()));
        Process parent = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            BufferedReader out = parent.inputReader(StandardCharsets.UTF_8);
            assertThat(out.readLine()).isEqualTo(ParentOfHangingChild.DECODING);
            ProcessHandle child = parent.children().findFirst().orElseThrow();
            parent.destroyForcibly();
            Await.until("the child has ended", PROMPTLY, () -> !child.isAlive());
        } finally {
            parent.destroyForcibly();
        }
    }
}
