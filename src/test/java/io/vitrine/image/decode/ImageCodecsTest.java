package io.vitrine.image.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.ImageRejectedException;
import io.vitrine.image.Pictures;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ImageCodecsTest {
    /** The start of a file in each unsupported format. */
    private static final List<String> UNSUPPORTED = List.of(
            "....ftypavif",
            "....ftypheic",
            "....jP  \r\n",
            "\u00ff\n",
            "8BPS",
            "\0\0\u0001\0",
            "<svg xmlns=",
            "P6 640 480");

    @ParameterizedTest
    @CsvSource({
        "photo_420.jpg, JPEG",
        "rgb.png, PNG",
        "anim.gif, GIF",
        "rgb.bmp, BMP",
        "lzw.tif, TIFF",
        "lossy.webp, WEBP"
    })
    void aFileIsRecognisedByItsSignature(String name, ImageFormat format) throws ImageRejectedException {
        ImageCodec<?> codec = ImageCodecs.recognise(Pictures.file(Pictures.oracle(name)));
        assertThat(codec.format()).isEqualTo(format);
        assertThat(codec.readHeader(Pictures.file(Pictures.oracle(name))).format())
                .isEqualTo(format);
    }

    /** Headers travel between executors when decoding and inference are separate stages. */
    @ParameterizedTest
    @ValueSource(strings = {"photo_420.jpg", "rgb.png", "anim.gif", "rgb.bmp", "lzw.tif", "lossy.webp"})
    void aHeaderCanBeSerialised(String name) throws ImageRejectedException, IOException, ClassNotFoundException {
        ImageHeader header = ImageHeader.read(Pictures.file(Pictures.oracle(name)), ImageLimits.DEFAULT);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(header);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            ImageHeader copy = (ImageHeader) in.readObject();
            assertThat(copy.format()).isEqualTo(header.format());
            assertThat(copy.storedSize()).isEqualTo(header.storedSize());
        }
    }

    @Test
    void eachFormatHasACodecOrIsUnsupported() {
        List<ImageFormat> formats = new ArrayList<>();
        ImageCodecs.ALL.forEach(codec -> formats.add(codec.format()));
        unsupported()
                .forEach(start -> formats.add(
                        UnsupportedFormats.recognise(Pictures.file(start)).orElseThrow()));
        assertThat(formats).containsExactlyInAnyOrder(ImageFormat.values());
    }

    @ParameterizedTest
    @MethodSource("unsupported")
    void noCodecTakesAnUnsupportedFormat(byte[] start) {
        assertThat(ImageCodecs.ALL).noneMatch(codec -> codec.recognises(Pictures.file(start)));
    }

    static List<byte[]> unsupported() {
        return UNSUPPORTED.stream()
                .map(start -> start.getBytes(StandardCharsets.ISO_8859_1))
                .toList();
    }
}
