package io.vitrine.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.FileBytes;
import io.vitrine.image.Pictures;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which JPEGs are for kernels, and why others are not. */
final class JpegParserTest {
    private static final List<Integer> QUARTER = List.of(0x22, 0x11, 0x11);
    private static final byte[] INTACT = JpegWriter.write(JpegSketch.of(30, 20, QUARTER));

    private static ParsedJpeg parse(byte[] file) throws HandOverException {
        return parse(Pictures.file(file), 1 << 16);
    }

    private static ParsedJpeg parse(FileBytes file, int maxDataBytes) throws HandOverException {
        BatchStream stream = new BatchStream(new HostChunks(new IdleDevice(), 1 << 24));
        return new JpegParser(maxDataBytes).parse(file, stream);
    }

    private static void assertHandedOver(byte[] file, HandOver reason) {
        assertThatThrownBy(() -> parse(file))
                .isInstanceOf(HandOverException.class)
                .hasMessage(reason.name());
    }

    @Test
    void anIntactFileIsParsed() throws HandOverException {
        ParsedJpeg jpeg = parse(INTACT);
        assertThat(jpeg.frame().blocks()).isEqualTo(2 * 2 * 6);
        assertThat(jpeg.scans()).hasSize(1);
        assertThat(jpeg.segments()).hasSize(2);
    }

    @Test
    void coloursAreThoseOfLibjpegAndPillow() throws HandOverException {
        assertThat(colour(1, false, -1)).isEqualTo(Colour.GREY);
        assertThat(colour(3, true, -1)).isEqualTo(Colour.YCBCR);
        assertThat(colour(3, true, 0)).isEqualTo(Colour.YCBCR); // JFIF before Adobe
        assertThat(colour(3, false, 0)).isEqualTo(Colour.RGB);
        assertThat(colour(3, false, 2)).isEqualTo(Colour.YCBCR);
        assertThat(colour(3, false, -1)).isEqualTo(Colour.YCBCR);
        assertThat(colour(4, false, -1)).isEqualTo(Colour.CMYK);
        assertThat(colour(4, true, 0)).isEqualTo(Colour.CMYK);
        assertThat(colour(4, false, 1)).isEqualTo(Colour.YCCK); // any number but 0
        JpegSketch named = JpegSketch.of(8, 8, QUARTER).coloured(List.of(82, 71, 66), false, Optional.empty());
        assertThat(parse(JpegWriter.write(named)).colour()).isEqualTo(Colour.RGB);
    }

    private static Colour colour(int components, boolean jfif, int adobe) throws HandOverException {
        JpegSketch sketch = JpegSketch.of(8, 8, List.of(0x11, 0x11, 0x11, 0x11).subList(0, components));
        return parse(JpegWriter.write(sketch.coloured(
                        sketch.colours().ids(), jfif, Optional.of(adobe).filter(transform -> transform >= 0))))
                .colour();
    }

    @Test
    void otherProcessesAreHandedOver() {
        for (int frame : new int[] {0xc2, 0xc3, 0xc5, 0xc9, 0xca}) {
            assertHandedOver(changed(0xc0, 1, frame), HandOver.PROCESS);
        }
        assertHandedOver(changed(0xc0, 4, 12), HandOver.PROCESS); // bits
    }

    @Test
    void fractionalSamplingIsHandedOver() {
        assertHandedOver(JpegWriter.write(JpegSketch.of(30, 20, List.of(0x31, 0x21, 0x11))), HandOver.SAMPLING);
    }

    @Test
    void whatNoEncoderWritesIsHandedOver() {
        assertHandedOver(changed(0xc0, 11, 0), HandOver.STRUCTURE); // sampling of 0
        assertHandedOver(changed(0xc0, 13, 1), HandOver.STRUCTURE); // two components of the same name
        assertHandedOver(changed(0xc0, 12, 3), HandOver.STRUCTURE); // a table that is missing
        assertHandedOver(changed(0xc4, 4, 9), HandOver.STRUCTURE); // a Huffman table 9
        assertHandedOver(changed(0xc4, 5, 3), HandOver.STRUCTURE); // more codes of 1 bit than there are
        assertHandedOver(changed(0xda, 5, 9), HandOver.STRUCTURE); // a scan of another component
        assertHandedOver(changed(0xda, 11, 1), HandOver.STRUCTURE); // from coefficient 1 on
        assertHandedOver(changed(0xdb, 1, 0xdc), HandOver.STRUCTURE); // number of lines
        assertHandedOver(Arrays.copyOf(INTACT, INTACT.length - 2), HandOver.STRUCTURE); // no end
        assertHandedOver(Arrays.copyOf(INTACT, 100), HandOver.STRUCTURE);
        assertHandedOver(Arrays.copyOf(INTACT, 2), HandOver.STRUCTURE);
    }

    @Test
    void restartMarkersMustBeTheExpectedOnes() throws HandOverException {
        byte[] file = JpegWriter.write(JpegSketch.of(64, 64, QUARTER).restarting(3));
        assertThat(parse(file).segments()).hasSize(2 * 6);
        int marker = file.length;
        while (file[marker - 1] != (byte) 0xd2 || file[marker - 2] != (byte) 0xff) {
            marker--;
        }
        byte[] other = file.clone();
        other[marker - 1] = (byte) 0xd4;
        assertHandedOver(other, HandOver.STRUCTURE);
        byte[] missing = Arrays.copyOf(file, file.length - 2);
        System.arraycopy(file, marker, missing, marker - 2, file.length - marker);
        assertHandedOver(missing, HandOver.STRUCTURE);
    }

    @Test
    void aFileOfTooManyBytesIsHandedOver() {
        FileBytes file = FileBytes.of(JpegWriter.write(JpegSketch.of(200, 200, QUARTER)));
        assertThatThrownBy(() -> parse(file, 2000)).hasMessage(HandOver.SIZE.name());
    }

    @Test
    void aFileOfTooManySegmentsIsHandedOver() throws HandOverException {
        JpegSketch grey = JpegSketch.of(8 * 257, 8 * 255, List.of(0x11)).restarting(1);
        byte[] file = JpegWriter.write(grey);
        assertThat(parse(Pictures.file(file), 1 << 23).segments()).hasSize(2 * 65_535);
        FileBytes larger = Pictures.file(
                JpegWriter.write(JpegSketch.of(8 * 257, 8 * 256, List.of(0x11)).restarting(1)));
        assertThatThrownBy(() -> parse(larger, 1 << 23)).hasMessage(HandOver.SIZE.name());
    }

    @Test
    void whatFollowsTheEndIsIgnored() throws HandOverException {
        byte[] longer = Arrays.copyOf(INTACT, INTACT.length + 50);
        assertThat(parse(longer).segments()).containsExactly(parse(INTACT).segments());
    }

    /** The file with one byte changed. Of a segment, byte 1 is the marker, and 4 the first of its body. */
    private static byte[] changed(int marker, int offset, int value) {
        byte[] file = INTACT.clone();
        int at = 2;
        while ((file[at + 1] & 0xff) != marker) {
            at += 2 + ((file[at + 2] & 0xff) << 8 | file[at + 3] & 0xff);
        }
        file[at + offset] = (byte) value;
        return file;
    }
}
