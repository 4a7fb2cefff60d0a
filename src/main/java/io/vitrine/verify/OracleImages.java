package io.vitrine.verify;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.Size;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.decode.ExifOrientation;
import io.vitrine.image.decode.ImageLimits;
import io.vitrine.image.decode.JpegScaling;
import io.vitrine.image.preprocess.ImagePreprocessor;
import io.vitrine.image.preprocess.PreprocessedImage;
import io.vitrine.image.preprocess.Preprocessing;
import io.vitrine.image.preprocess.ResizeTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Prepares the images of cases on the CPU and, if there is one, by a decoder for GPUs, whose bytes must be the same. */
final class OracleImages {
    private static final Size ANY_SIZE = new Size(32, 32); // of an image that has none, as it is rejected

    private final Optional<DecoderComparison> comparison;

    OracleImages(Optional<DecoderComparison> comparison) {
        this.comparison = comparison;
    }

    /**
     * Prepares an image.
     *
     * @throws ImageRejectedException if the CPU rejects it, and the decoder for GPUs left it to the CPU
     * @throws IllegalStateException if a decoder for GPUs gives other bytes, or pixels of an image that the CPU rejects
     */
    PreprocessedImage prepare(Path file, Preprocessing preprocessing, ExifOrientation exif)
            throws IOException, ImageRejectedException {
        FileBytes bytes = FileBytes.of(Files.readAllBytes(file));
        try (ImagePreprocessor preprocessor =
                new ImagePreprocessor(preprocessing, ImageLimits.DEFAULT, new DecodeOptions(exif, JpegScaling.EXACT))) {
            PreprocessedImage image = preprocessor.preprocess(bytes);
            comparison.ifPresent(other -> compare(other, file, bytes, inOneSize(preprocessing, image.size()), exif));
            return image;
        } catch (ImageRejectedException e) { // a decoder for GPUs must not give pixels
            comparison.ifPresent(other -> compare(other, file, bytes, inOneSize(preprocessing, ANY_SIZE), exif));
            throw e;
        }
    }

    /** A decoder needs one size for all images. For one image, the size that it comes out at is the same. */
    private static Preprocessing inOneSize(Preprocessing preprocessing, Size size) {
        return preprocessing.outputSize().isPresent()
                ? preprocessing
                : preprocessing.toBuilder()
                        .resizeTo(new ResizeTarget.Exact(size))
                        .build();
    }

    private static void compare(
            DecoderComparison other, Path file, FileBytes bytes, Preprocessing preprocessing, ExifOrientation exif) {
        DecoderComparison.Named named =
                new DecoderComparison.Named(file.getFileName().toString(), bytes);
        List<String> faults = other.compare(List.of(named), preprocessing, exif);
        if (!faults.isEmpty()) {
            throw new IllegalStateException(String.join("; ", faults));
        }
    }
}
