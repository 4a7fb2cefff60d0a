package io.vitrine.image.preprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vitrine.Size;
import io.vitrine.VitrineException;
import io.vitrine.image.preprocess.ResizeTarget.Exact;
import io.vitrine.image.resample.ResampleFilter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("FloatingPointLiteralPrecision") // digits as in Hugging Face Transformers
final class PreprocessorConfigTest {
    @Test
    void aFirstGenerationVitFileIsASquareResize() {
        Preprocessing p = read(
                "{'do_normalize':true,'do_resize':true,'image_mean':[0.5,0.5,0.5],'image_std':[0.5,0.5,0.5],'size':224}");
        assertThat(p.processor()).hasToString("ViTImageProcessor");
        assertThat(p.outputSize()).contains(new Size(224, 224));
        assertThat(p.filter()).isEqualTo(ResampleFilter.BILINEAR);
        assertThat(p.rescaleFactor()).isEqualTo(1.0 / 255);
        assertThat(p.crop()).isEmpty();
    }

    @Test
    void aDinov2FileResizesTheShortestEdgeAndCrops() {
        Preprocessing p = read("{'image_processor_type':'BitImageProcessor','size':{'shortest_edge':256},"
                + "'crop_size':{'height':224,'width':224},'resample':3,'do_center_crop':true}");
        ResizeTarget target = p.resizeTarget().orElseThrow();
        assertThat(target.of(new Size(427, 640))).isEqualTo(new Size(256, 383));
        assertThat(target.of(new Size(640, 427))).isEqualTo(new Size(383, 256));
        assertThat(p.outputSize()).contains(new Size(224, 224));
        assertThat(p.mean()).containsExactly(.48145466f, .4578275f, .40821073f);
    }

    @ParameterizedTest
    @CsvSource({
        "DeiTFeatureExtractor, DeiTImageProcessor",
        "ViTFeatureExtractor, ViTImageProcessor",
        "ViTImageProcessorFast, ViTImageProcessor",
        "BeitImageProcessor, BeitImageProcessor"
    })
    void processorsOfAllGenerationsAreRead(String type, String processor) {
        for (String key : new String[] {"feature_extractor_type", "image_processor_type"}) {
            assertThat(read("{'" + key + "':'" + type + "'}").processor()).hasToString(processor);
        }
    }

    @Test
    void missingKeysTakeTheProcessorsDefaults() {
        assertThat(read("{'feature_extractor_type':'DeiTFeatureExtractor'}").resizeTarget())
                .contains(new Exact(new Size(256, 256)));
        assertThat(read("{'image_processor_type':'BeitImageProcessor'}").crop())
                .isEmpty();
    }

    @Test
    void nullIsFalseForStepsAndMissingForValues() {
        Preprocessing p = read("{'do_resize':null,'do_normalize':null,'size':null,'resample':null,'image_mean':null}");
        assertThat(p.resizeTarget()).isEmpty();
        assertThat(p.mean()).containsOnly(0f);
        assertThat(p.filter()).isEqualTo(ResampleFilter.BILINEAR);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "{'image_processor_type':'OwlImageProcessor'} | Unknown image processor 'OwlImageProcessor' in here",
                "{'size':{'height':2,'width':2,'shortest_edge':2}} | size is {",
                "{'size':0} | size has the side 0",
                "{'resample':9} | resample is 9 in here; known: 0 nearest, 1 lanczos, 2 bilinear, 3 bicubic, 4 box, 5 hamming.",
                "{'image_std':[1,0,1]} | pixels cannot be divided by 0",
                "{'image_std':1e-45} | image_std is [1.4E-45, 1.4E-45, 1.4E-45] in here, which makes pixels as large as Infinity",
                "{'image_std':[0.5,-1e-50,0.5]} | image_std is [0.5, -0.0, 0.5]",
                "{'image_std':[0.5,0.5,1e-30]} | image_std is [0.5, 0.5, 1.0E-30]",
                "{'image_mean':[1e30,0,0]} | image_mean is [1.0E30, 0.0, 0.0]",
                "{'rescale_factor':1e300} | rescale_factor is 1.0E300",
                "{'do_normalize':false,'rescale_factor':1e15} | rescale_factor is 1.0E15",
                "{'rescale_factor':'abc'} | rescale_factor is \"abc\"",
                "{'image_mean':[1,2]} | image_mean is [1,2]",
                "{'do_center_crop':true,'crop_size':'x'} | crop_size is \"x\""
            })
    void anUnknownValueIsRejectedWithItsKey(String json, String message) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining(message);
    }

    @Test
    void dinov3DoesNotCrop() {
        assertThatThrownBy(() -> read("{'do_center_crop': true}", "dinov3_vit"))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("for a centre crop");
    }

    @Test
    void dinov3DoesNotResizeWithLanczos() {
        assertThatThrownBy(() -> read("{'resample': 1}", "dinov3_vit"))
                .hasMessageContaining("for a resize with LANCZOS");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'image_processor_type':'BitImageProcessor','resample':0,'crop_size':{'height':24,'width':48}}",
                "{'image_processor_type':'ViTImageProcessor','size':[20,30],'do_rescale':false,'do_normalize':false}",
                "{'image_processor_type':'DeiTImageProcessor','do_resize':false}"
            })
    void aWrittenFileIsReadBackTheSame(String json) {
        Preprocessing p = read(json);
        JsonNode written = new ObjectMapper().valueToTree(p.toConfig());
        assertThat(Preprocessing.read(written, "vit", "here")).hasToString(p.toString());
    }

    private static Preprocessing read(String json) {
        return Configs.read(json);
    }

    private static Preprocessing read(String json, String modelType) {
        return Configs.read(json, modelType);
    }
}
