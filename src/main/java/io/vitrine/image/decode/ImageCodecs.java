package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import java.util.List;
import java.util.stream.Collectors;

/** The supported image formats: one codec each. */
final class ImageCodecs {
    /** Those with weak signatures come last. */
    static final List<ImageCodec<?>> ALL = List.of(
            new JpegCodec(),
            new PngCodec(),
            new GifCodec(),
            new BmpCodec(),
            new TiffCodec(),
            new WebpCodec(),
            new AvifCodec(),
            new HeicCodec(),
            new Jpeg2000Codec(),
            new PnmCodec(),
            new IcoCodec(),
            new CurCodec(),
            new PsdCodec(),
            new DibCodec(),
            new TgaCodec());

    private static final int SIGNATURE_BYTES = 8;

    private ImageCodecs() {}

    /**
     * Finds the codec by the file's signature.
     *
     * @throws ImageRejectedException if the file is empty, not an image, of an unsupported format, or a HEIC that is to be skipped
     */
    static ImageCodec<?> recognise(FileBytes file, HeicDecoding heic) throws ImageRejectedException {
        if (file.length() == 0) {
            throw new ImageRejectedException(RejectionReason.EMPTY, "the file has no bytes");
        }
        for (ImageCodec<?> codec : ALL) {
            if (codec.recognises(file)) {
                if (codec.format() == ImageFormat.HEIC && heic == HeicDecoding.SKIP) {
                    String format =
                            FileTypeBox.read(file).flatMap(FileTypeBox::format).orElse("HEIC");
                    throw new ImageRejectedException(RejectionReason.UNSUPPORTED, format + HeicDecoding.SKIPPED);
                }
                return codec;
            }
        }
        String format = UnsupportedFormats.recognise(file)
                .orElseThrow(() -> new ImageRejectedException(
                        RejectionReason.NOT_AN_IMAGE,
                        "the file starts with " + signature(file) + ", which matches no image format"));
        throw new ImageRejectedException(
                RejectionReason.UNSUPPORTED, format + " is not supported; supported formats: " + names());
    }

    /** The codec that read {@code header}. */
    @SuppressWarnings("unchecked") // a codec's headers are the only ones with its format
    static <H extends ImageHeader> ImageCodec<H> of(H header) {
        for (ImageCodec<?> codec : ALL) {
            if (codec.format() == header.format()) {
                return (ImageCodec<H>) codec;
            }
        }
        throw new IllegalStateException("No codec for " + header.format());
    }

    private static String names() {
        return ALL.stream().map(codec -> codec.format().name()).collect(Collectors.joining(", "));
    }

    private static String signature(FileBytes file) {
        StringBuilder hex = new StringBuilder();
        for (int i = 0; i < Math.min(SIGNATURE_BYTES, file.length()); i++) {
            hex.append(String.format("%02x ", file.at(i)));
        }
        return hex.toString().trim();
    }
}
