package io.vitrine.image.isolate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ConfigurationException;
import io.vitrine.FileBytes;
import io.vitrine.image.Pictures;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.decode.ImageLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Decoding in a child process gives the answers of decoding in this one. */
@Tag("slow")
final class ChildDecoderTest {
    @TempDir
    private static Path folder;

    private final TestChild child = new TestChild(folder);

    @AfterEach
    void close() {
        child.close();
    }

    @Test
    void theOraclesPicturesGiveTheSamePixels() throws IOException {
        try (DirectDecoder direct = new DirectDecoder(TestChild.RECIPE.preprocessor());
                Stream<Path> pictures = Files.list(Path.of("src/test/resources/oracle/images"))) {
            List<Path> all = pictures.sorted().toList();
            assertThat(all).hasSizeGreaterThan(25);
            for (Path picture : all) {
                FileBytes file = Pictures.file(Files.readAllBytes(picture));
                TestChild.requireSame(direct.decode(file, header -> {}), child.decode(file));
            }
        }
    }

    @Test
    void theChildHasTheLibraryOfAvif() {
        FileBytes avif = Pictures.file(Pictures.oracle("../../image-cases/avif_420.avif"));
        try (DirectDecoder direct = new DirectDecoder(TestChild.RECIPE.preprocessor())) {
            DecodedFile expected = direct.decode(avif, header -> {});
            assertThat(expected).isInstanceOf(DecodedFile.Pixels.class);
            TestChild.requireSame(expected, child.decode(avif));
        }
    }

    @Test
    void theChildHasTheHeapForPaddedTilesOfDeepSamples() throws IOException {
        int side = 2896; // as many pixels as the limit; the tile holds twice as many
        DecodeRecipe recipe = new DecodeRecipe(
                TestChild.RECIPE.preprocessing(), new ImageLimits(1 << 20, (long) side * side), DecodeOptions.STANDARD);
        try (ChildDecoder large = new ChildDecoder(recipe, child.classPath())) {
            FileBytes tiff = FileBytes.of(DeepTiff.inOneTile(side, side, side, 2 * side));
            assertThat(large.decode(tiff, header -> {})).isInstanceOf(DecodedFile.Pixels.class);
        }
    }

    @Test
    void theChildHasTheHeapForFourComponentsOfJpeg2000() {
        int side = 2896; // as many pixels as the limit
        DecodeRecipe recipe = new DecodeRecipe(
                TestChild.RECIPE.preprocessing(), new ImageLimits(1 << 20, (long) side * side), DecodeOptions.STANDARD);
        String size = String.format("%08x%08x%016x", side, side, 0);
        String image = "ff4fff5100320000" + size + size + "0004" + "070101".repeat(4); // one tile, 8 bits
        String coding = "ff52000c00000001000004040001" + "ff5c0005413800"; // one resolution, one layer, lossless
        String tile = "ff90000a00000000000f0001" + "ff9300" + "ffd9"; // an empty packet
        try (ChildDecoder large = new ChildDecoder(recipe, child.classPath())) {
            FileBytes file = FileBytes.of(HexFormat.of().parseHex(image + coding + tile));
            assertThat(large.decode(file, header -> {})).isInstanceOf(DecodedFile.Pixels.class);
        }
    }

    @Test
    void damagedFilesGiveTheSameRejections() {
        byte[] photo = Pictures.oracle("photo_420.jpg");
        try (DirectDecoder direct = new DirectDecoder(TestChild.RECIPE.preprocessor())) {
            for (int length : List.of(0, 3, 100, 1000, photo.length / 2)) {
                FileBytes file = new FileBytes(photo, 0, length);
                TestChild.requireSame(direct.decode(file, header -> {}), child.decode(file));
            }
        }
    }

    @Test
    void theChildSeesNoSecretsOfTheEnvironment() throws IOException {
        child.decode(TestChild.PICTURE);
        String environment = Files.readString(
                Path.of("/proc/" + ChildProcesses.running().get(0).pid() + "/environ"));
        assertThat(environment).contains("LC_ALL").doesNotContain("OPT_OUT_TRACKING");
    }

    @Test
    void aProcessThatCannotStartIsAFaultOfTheInstallation() {
        try (ChildDecoder broken = new ChildDecoder(TestChild.RECIPE, List.of(folder))) {
            assertThatThrownBy(broken::prepare)
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("The process that decodes images cannot start: it ended with exit status 1")
                    .hasMessageContaining("ChildMain")
                    .hasMessageContaining("--decode-isolation none");
        }
    }
}
