package io.vitrine.image.preprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vitrine.Size;
import io.vitrine.VitrineException;
import io.vitrine.image.RgbImage;
import io.vitrine.image.resample.ResampleFilter;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PreprocessingTest {
    @Test
    void theOldFileOfTheFirstViTsIsASquareResize() throws JsonProcessingException {
        Preprocessing p = read(
                "{'do_normalize':true,'do_resize':true,'image_mean':[0.5,0.5,0.5],'image_std':[0.5,0.5,0.5],'size':224}");
        assertThat(p.processor()).isEqualTo("ViTImageProcessor");
        assertThat(p.outputSize()).contains(new Size(224, 224));
        assertThat(p.filter()).isEqualTo(ResampleFilter.BILINEAR);
        assertThat(p.factor()).isEqualTo(1.0 / 255);
        assertThat(p.crop()).isNull();
    }

    @Test
    void aDinov2FileResizesTheShortestEdgeAndCrops() throws JsonProcessingException {
        Preprocessing p = read("{'image_processor_type':'BitImageProcessor','size':{'shortest_edge':256},"
                + "'crop_size':{'height':224,'width':224},'resample':3,'do_center_crop':true}");
        assertThat(p.target().of(new Size(427, 640))).isEqualTo(new Size(256, 383));
        assertThat(p.target().of(new Size(640, 427))).isEqualTo(new Size(383, 256));
        assertThat(p.outputSize()).contains(new Size(224, 224));
        assertThat(p.mean()).containsExactly(.48145466f, .4578275f, .40821073f);
    }

    @Test
    void namesOfBothGenerationsAreRead() throws JsonProcessingException {
        assertThat(read("{'feature_extractor_type':'DeiTFeatureExtractor'}").target())
                .isEqualTo(new Preprocessing.Exact(new Size(256, 256)));
        assertThat(read("{'image_processor_type':'ViTFeatureExtractor'}").processor())
                .isEqualTo("ViTImageProcessor");
        assertThat(read("{'image_processor_type':'ViTImageProcessorFast'}").processor())
                .isEqualTo("ViTImageProcessor");
        assertThat(read("{'image_processor_type':'BeitImageProcessor'}").crop()).isNull();
    }

    @Test
    void nullIsFalseForStepsAndAbsentForValues() throws JsonProcessingException {
        Preprocessing p = read("{'do_resize':null,'do_normalize':null,'size':null,'resample':null,'image_mean':null}");
        assertThat(p.target()).isNull();
        assertThat(p.mean()).containsOnly(0f);
        assertThat(p.filter()).isEqualTo(ResampleFilter.BILINEAR);
    }

    @Test
    void anotherSizeKeepsTheProportionOfResizeAndCrop() throws JsonProcessingException {
        Preprocessing p =
                read("{'image_processor_type':'BitImageProcessor','size':{'shortest_edge':256},'crop_size':224}")
                        .resizedTo(new Size(448, 448));
        assertThat(p.target()).isEqualTo(new Preprocessing.ShortestEdge(512));
        assertThat(p.crop()).isEqualTo(new Size(448, 448));
        assertThat(read("{'size':224}").resizedTo(new Size(24, 48)).outputSize())
                .contains(new Size(24, 48));
    }

    @Test
    void whatIsNotKnownIsRefusedByKey() {
        assertFault(
                "{'image_processor_type':'OwlImageProcessor'}", "Unknown image processor 'OwlImageProcessor' in here");
        assertFault("{'size':{'height':2,'width':2,'shortest_edge':2}}", "size is {");
        assertFault("{'size':0}", "size has the side 0");
        assertFault("{'resample':9}", "resample is 9");
        assertFault("{'image_std':[1,0,1]}", "pixels cannot be divided by 0");
        assertFault("{'rescale_factor':'abc'}", "rescale_factor is \"abc\"");
        assertFault("{'image_mean':[1,2]}", "image_mean is [1,2]");
        assertFault("{'do_center_crop':true,'crop_size':'x'}", "crop_size is \"x\"");
    }

    @Test
    void cropsPutTheOddRowAtTheTopWhenTheImageIsSmaller() {
        byte[] out = new byte[3 * 4 * 4];
        byte[] image = new byte[3];
        java.util.Arrays.fill(image, (byte) 9);
        CenterCrop.copy(new RgbImage(image, 1, 1), new Size(4, 4), out);
        for (int i = 0; i < 16; i++) {
            assertThat(out[3 * i]).isEqualTo((byte) (i == 2 * 4 + 2 ? 9 : 0)); // ceil(3/2) rows above
        }
    }

    @Test
    void pixelValuesAreDividedInTheReferencesOrder() {
        Preprocessing p = new Preprocessing(
                "x", null, null, null, 1.0 / 255, List.of(.485f, .456f, .406f), List.of(.229f, .224f, .225f));
        float[] values = PixelValues.of(new byte[] {(byte) 200, 0, 7}, new Size(1, 1), p);
        assertThat(values[0]).isEqualTo(((float) (200 * (1.0 / 255)) - .485f) / .229f);
        assertThat(values[2]).isEqualTo(((float) (7 * (1.0 / 255)) - .406f) / .225f);
    }

    private static void assertFault(String json, String fault) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining(fault);
    }

    private static Preprocessing read(String json) throws JsonProcessingException {
        return Preprocessing.read(new ObjectMapper().readTree(json.replace('\'', '"')), "vit", "here");
    }
}
