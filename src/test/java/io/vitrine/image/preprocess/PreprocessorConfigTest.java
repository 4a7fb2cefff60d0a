package io.vitrine.image.preprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vitrine.Size;
import io.vitrine.VitrineException;
import io.vitrine.image.preprocess.ResizeTarget.Exact;
import io.vitrine.image.preprocess.ResizeTarget.ShortestEdge;
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
        "BeitImageProcessor, BeitImageProcessor",
        "CLIPFeatureExtractor, CLIPImageProcessor",
        "CLIPImageProcessorFast, CLIPImageProcessor",
        "SiglipImageProcessorPil, SiglipImageProcessor",
        "ConvNextFeatureExtractor, ConvNextImageProcessor"
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
        assertThat(read("{'image_processor_type':'BeitImageProcessor'}").crop()).isEmpty();
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
                "{'do_center_crop':true,'crop_size':'x'} | crop_size is \"x\"",
                "{'do_center_crop':true} | here asks for a centre crop, and says no size",
                "{'do_resize':'yes'} | do_resize is \"yes\" in here; it must be true or false",
                "{'size':{'longest_edge':9}} | {shortest_edge, longest_edge} or {max_height, max_width}. Write one",
                "{'do_flip_channel_order':true} | do_flip_channel_order is true in here. ViTImageProcessor is not known to have",
                "{'crop_pct':0.9} | crop_pct is 0.9 in here. ViTImageProcessor is not known to have",
                "{'use_square_size':true} | use_square_size is true in here",
                "{'auto_map':{'AutoImageProcessor':'own.Processor'}} | names the repository's own code for images, \"own.Processor\"",
                "{'do_pad':true,'size':{'shortest_edge':8}} | pad_size is null in here; it must be {height, width}",
                "{'do_pad':true,'size':9,'pad_size':8} | pad_size is 8 in here; it must be at least as large as every image, which can be 9x9",
                "{'do_pad':true,'do_resize':false,'pad_size':8} | which can be of any length before padding",
                "{'image_processor_type':'BeitImageProcessor','do_pad':true,'pad_size':300} | BeitImageProcessor does not pad",
                "{'image_processor_type':'ConvNextImageProcessor','size':{'height':8,'width':8}} | it must be {shortest_edge}",
                "{'image_processor_type':'ConvNextImageProcessor','crop_pct':0} | crop_pct is 0 in here",
                "{'image_processor_type':'ConvNextImageProcessor','do_center_crop':true} | crops by crop_pct, and only once",
                "{'image_processor_type':'ConvNextImageProcessor','size':{'shortest_edge':1},'crop_pct':900} | resizes images to 0.00",
                "{'image_processor_type':'DINOv3ViTImageProcessor','do_rescale':false} | resizes rescaled pixels",
                "{'image_processor_type':'Siglip2ImageProcessorFast'} | Use a SigLIP 2 checkpoint of fixed size",
                "{'image_processor_type':'timm'} | Unknown image processor 'timm' in here"
            })
    void anUnknownValueIsRejectedWithItsKey(String json, String message) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining(message);
    }

    @Test
    void harmlessFieldsAndStepsThatAreOffAreAccepted() {
        String fields = "'do_convert_rgb':false,'processor_class':'CLIPProcessor','_valid_processor_keys':['a'],"
                + "'do_reduce_labels':true,'do_flip_channel_order':false,'use_square_size':false,'offset':null,"
                + "'auto_map':{'AutoProcessor':'own.Processor'},'pad_size':3,'crop_size':0";
        assertThat(read("{" + fields + "}")).hasToString(read("{}").toString());
    }

    @Test
    void anIntegerSizeIsASquareOrTheShortestEdge() {
        assertThat(read("{'size':9}").resizeTarget()).contains(new Exact(new Size(9, 9)));
        assertThat(read("{'size':9,'default_to_square':false}").resizeTarget()).contains(new ShortestEdge(9));
        String siglip = "{'image_processor_type':'SiglipImageProcessor','size':9";
        assertThat(read(siglip + "}").resizeTarget()).contains(new ShortestEdge(9));
        assertThat(read(siglip + ",'default_to_square':true}").resizeTarget()).contains(new Exact(new Size(9, 9)));
    }

    @Test
    void convNextCropsBelow384Only() {
        String convNext = "{'image_processor_type':'ConvNextImageProcessor','size':";
        assertThat(read(convNext + "383}"))
                .asString()
                .contains("resize shortest edge 437 bicubic, centre crop 383x383");
        assertThat(read(convNext + "384}")).asString().contains("resize 384x384 bicubic, times");
    }

    @Test
    void paddingToTheLargestOfABatchChangesNothingWhereAllHaveOneSize() {
        assertThat(read("{'do_pad':true}")).hasToString(read("{}").toString());
    }

    @Test
    void modelsImplyTheirProcessors() {
        assertThat(read("{}", "clip").processor()).isEqualTo(ImageProcessor.CLIP);
        assertThat(read("{}", "siglip").processor()).isEqualTo(ImageProcessor.SIGLIP);
        assertThatThrownBy(() -> read("{}", "llama")).hasMessageContaining("model_type 'llama' implies none");
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
                "{'image_processor_type':'DeiTImageProcessor','do_resize':false}",
                "{'image_processor_type':'CLIPImageProcessor','size':{'shortest_edge':24,'longest_edge':30}}",
                "{'image_processor_type':'SiglipImageProcessor','size':{'max_height':20,'max_width':24},'do_pad':true,'pad_size':30}",
                "{'image_processor_type':'ConvNextImageProcessor','size':20,'crop_pct':0.9}",
                "{'image_processor_type':'ConvNextImageProcessor','size':400,'crop_pct':0.9}",
                "{'image_processor_type':'DINOv3ViTImageProcessor','rescale_factor':1,'do_center_crop':true,'crop_size':8}",
                "{'pretrained_cfg':{'input_size':[3,24,24],'crop_pct':0.9,'crop_mode':'border','interpolation':'lanczos'}}"
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
