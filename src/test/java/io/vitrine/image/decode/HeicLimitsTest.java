package io.vitrine.image.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.Size;
import io.vitrine.image.Pictures;
import io.vitrine.image.decode.IsoCursor.Box;
import io.vitrine.image.decode.YuvPlanes.Chroma;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HEICs that ask for more than a picture needs, and decoders that are not there. */
final class HeicLimitsTest {
    private static final Size SIZE = new Size(/* height= */ 20, /* width= */ 30);

    /** An image that is turned by a quarter again and again, by the same property. */
    private static HeicTransforms turned(int times) throws ImageRejectedException {
        List<Box> properties = Collections.nCopies(times, new Box("irot", 0, 1));
        return HeicTransforms.read(Pictures.file(new byte[] {1}), properties, SIZE);
    }

    @Test
    void aPropertyThatIsNamedAgainAndAgainIsRefused() throws ImageRejectedException {
        assertThat(turned(8).size()).isEqualTo(SIZE);
        ImageRejectedException rejected = rejected(() -> turned(9));
        assertThat(rejected.reason()).isEqualTo(RejectionReason.UNSUPPORTED);
        assertThat(rejected).hasMessage("a HEIC that is turned, mirrored and cropped in more than 8 steps");
    }

    @Test
    void copiesBetweenTheFirstAndTheLastStepCount() throws ImageRejectedException {
        assertThat(turned(0).copiedPixels()).isZero();
        assertThat(turned(1).copiedPixels()).isZero();
        assertThat(turned(3).copiedPixels()).isEqualTo(2 * 20 * 30);
    }

    /** BLA pictures have types 16 to 18, CRA pictures 21. */
    @ParameterizedTest
    @ValueSource(ints = {16, 17, 18, 21})
    void anIntraPictureThatMayListOthersIsNamed(int type) {
        byte[] file = Pictures.oracle("../../image-cases/heic_420.heic");
        int data = new String(file, StandardCharsets.ISO_8859_1).indexOf("mdat") + 4;
        file[data + 4] = (byte) (type << 1);
        ImageRejectedException rejected =
                rejected(() -> ImageHeader.read(Pictures.file(file), ImageLimits.DEFAULT, HeicDecoding.DECODE));
        assertThat(rejected.reason()).isEqualTo(RejectionReason.UNSUPPORTED);
        assertThat(rejected)
                .hasMessage("a HEIC image that is a BLA or CRA picture, made for sequences (type " + type
                        + "), and not an IDR one");
    }

    @Test
    void pixelsThatNoArrayHoldsAreTooLarge() {
        YuvPlanes planes = new YuvPlanes(32_768, 32_768, 8, Chroma.NONE, new short[0], new short[0], new short[0]);
        assertThat(rejected(() -> HeicToRgb.convert(planes, YuvColour.UNNAMED, AlphaKind.NONE)))
                .hasMessage("32768 x 32768 pixels; the limit is 715827879 for an image of this kind");
        assertThat(rejected(() -> YuvToRgb.convert(planes, YuvColour.UNNAMED, AlphaKind.NONE))
                        .reason())
                .isEqualTo(RejectionReason.TOO_LARGE);
        assertThat(rejected(() -> YuvPlanes.allocate(65_536, 65_536, 8, Chroma.NONE))
                        .reason())
                .isEqualTo(RejectionReason.TOO_LARGE);
    }

    /** A fault of the installation ends the run; else each image would be called corrupt. */
    @Test
    void aDecoderThatFfmpegLacksIsNoFaultOfTheImage() {
        assertThatThrownBy(() -> new FrameDecoder("hevc2"))
                .isInstanceOf(LinkageError.class)
                .hasMessage("this build of FFmpeg has no decoder hevc2");
    }

    private static ImageRejectedException rejected(ThrowingCallable call) {
        return catchThrowableOfType(ImageRejectedException.class, call);
    }
}
