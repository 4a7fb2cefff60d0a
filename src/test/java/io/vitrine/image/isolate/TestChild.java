package io.vitrine.image.isolate;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.FileBytes;
import io.vitrine.Size;
import io.vitrine.image.Pictures;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.decode.ImageHeader;
import io.vitrine.image.decode.ImageLimits;
import io.vitrine.image.preprocess.ImageProcessor;
import io.vitrine.image.preprocess.Preprocessing;
import io.vitrine.image.preprocess.ResizeTarget;
import io.vitrine.testkit.DeadlyPicture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A child process that decodes, with a plugin that dies on some pictures. */
final class TestChild implements AutoCloseable {
    static final DecodeRecipe RECIPE = new DecodeRecipe(
            Preprocessing.builder(ImageProcessor.VIT)
                    .resizeTo(new ResizeTarget.Exact(new Size(48, 32)))
                    .build(),
            new ImageLimits(1 << 22, 10_000_000),
            DecodeOptions.STANDARD);

    static final FileBytes PICTURE = Pictures.file(Pictures.drawn("png", 30, 20, 7));

    private final List<Path> classPath;
    private final ChildDecoder decoder;

    /** @param folder where the plugin is written */
    TestChild(Path folder) {
        classPath = new ArrayList<>(ChildClassPath.find());
        classPath.add(DeadlyPicture.plugin(folder));
        decoder = new ChildDecoder(RECIPE, classPath);
    }

    List<Path> classPath() {
        return classPath;
    }

    ChildDecoder decoder() {
        return decoder;
    }

    DecodedFile decode(FileBytes file) {
        return decoder.decode(file, header -> {});
    }

    DecodedFile.Rejected rejected(DeadlyPicture picture) {
        return (DecodedFile.Rejected) decode(Pictures.file(picture.file()));
    }

    static void requireSame(DecodedFile expected, DecodedFile found) {
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

    static String facts(Optional<ImageHeader> header) {
        return header.map(found -> found.format() + " " + found.storedSize() + " " + found.orientation())
                .orElse("none");
    }

    @Override
    public void close() {
        decoder.close();
        ChildProcesses.awaitNone();
    }
}
