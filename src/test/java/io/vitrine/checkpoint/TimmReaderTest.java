package io.vitrine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vitrine.ModelException;
import io.vitrine.Size;
import io.vitrine.checkpoint.TowerOptions.Part;
import io.vitrine.checkpoint.TowerOptions.Pooling;
import io.vitrine.checkpoint.TowerOptions.Resizing;
import io.vitrine.checkpoint.VitConfig.Encoder;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class TimmReaderTest {
    private static final String FILE = "/models/a/config.json";

    private static VitConfig read(Map<String, Object> fields) {
        return VitConfig.read(new ObjectMapper().valueToTree(fields), FILE);
    }

    private static VitConfig read(String architecture, Map<String, Object> modelArguments) {
        return read(Map.of("architecture", architecture, "model_args", modelArguments, "pretrained_cfg", Map.of()));
    }

    @Test
    void anArchitectureHasItsDimensionsByName() {
        VitConfig vit = read("vit_large_patch14_reg4_dinov2", Map.of());
        assertThat(vit.encoder()).isEqualTo(new Encoder(1024, 24, 16, 4096, Activation.GELU, 1e-6, true));
        assertThat(vit.imageSize()).isEqualTo(new Size(518, 518));
        assertThat(vit.patchSize()).isEqualTo(new Size(14, 14));
        assertThat(vit.tower().prefix()).isEqualTo(5);
        assertThat(vit.tower().parts()).contains(Part.LAYER_SCALE, Part.PATCH_POSITIONS, Part.LAST_NORM);
        assertThat(read("vit_giant_patch14_dinov2", Map.of()).intermediateSize())
                .isEqualTo(4096);
        assertThat(read("eva02_large_patch14_448", Map.of()).intermediateSize()).isEqualTo(2730);
        assertThat(read("vit_large_patch14_clip_336", Map.of()).layerNormEps()).isEqualTo(1e-5);
        assertThat(read("vit_so400m_patch16_siglip_384", Map.of()).hiddenAct()).isEqualTo(Activation.GELU_TANH);
    }

    /** UNI is a plain ViT-Large to which model_args adds scales. */
    @Test
    void modelArgumentsOverrideTheArchitecture() {
        VitConfig uni = read(
                "vit_large_patch16_224",
                Map.of("img_size", 224, "init_values", 1e-5, "num_classes", 0, "dynamic_img_size", true));
        assertThat(uni.tower().parts()).contains(Part.LAYER_SCALE);
        assertThat(uni.tower().resizing()).isEqualTo(Resizing.SMOOTH_CUBIC);
        assertThat(uni.takesAnySize()).isTrue();
        VitConfig plain = read("vit_large_patch16_224", Map.of("drop_path_rate", 0.1));
        assertThat(plain.tower().parts()).doesNotContain(Part.LAYER_SCALE);
        assertThat(plain.takesAnySize()).isFalse();
        assertThat(read("vit_huge_patch14_224", Map.of("global_pool", ""))
                        .tower()
                        .pooling())
                .isEqualTo(Pooling.NONE);
    }

    @Test
    void theImageSizeIsThatOfTheWeightsUnlessAnArgumentSaysOtherwise() {
        Map<String, Object> pretrained = Map.of("input_size", List.of(3, 256, 192), "fixed_input_size", true);
        Map<String, Object> config = Map.of("architecture", "vit_base_patch16_224.tag", "pretrained_cfg", pretrained);
        assertThat(read(config).imageSize()).isEqualTo(new Size(256, 192));
        assertThat(read(Map.of(
                                "model_type",
                                "timm_wrapper",
                                "architecture",
                                "vit_base_patch16_224",
                                "model_args",
                                Map.of("img_size", 96),
                                "pretrained_cfg",
                                pretrained))
                        .imageSize())
                .isEqualTo(new Size(96, 96));
    }

    @Test
    void labelsAreTheDescriptionsOfTheNames() {
        VitConfig vit = read(Map.of(
                "architecture",
                "vit_tiny_patch16_224",
                "pretrained_cfg",
                Map.of(),
                "label_names",
                List.of("n1", "n2"),
                "label_descriptions",
                Map.of("n1", "cat")));
        assertThat(vit.labels()).containsExactly("cat", "n2");
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                Arguments.of("vit_bas_patch16_224", Map.of(), "the nearest name is 'vit_base_patch16_224'"),
                Arguments.of("resnet50", Map.of("embed_dim", 8), "model_args alone do not suffice"),
                Arguments.of("vit_tiny_patch16_224", Map.of("mystery", 1), "model_args has 'mystery'"),
                Arguments.of("vit_tiny_patch16_224", Map.of("swiglu_mlp", true), "model_args has 'swiglu_mlp'"),
                Arguments.of("vit_tiny_patch16_224", Map.of("global_pool", "max"), "global_pool is \"max\""),
                Arguments.of("vit_tiny_patch16_224", Map.of("class_token", false), "global_pool is"),
                Arguments.of("vit_tiny_patch16_224", Map.of("embed_dim", "x"), "embed_dim is \"x\""),
                Arguments.of("vit_tiny_patch16_224", Map.of("mlp_ratio", -1), "mlp_ratio is -1"),
                Arguments.of("vit_tiny_patch16_224", Map.of("norm_layer", "batchnorm"), "norm_layer is"),
                Arguments.of("vit_tiny_patch16_224", Map.of("dynamic_img_pad", true), "padded images"),
                Arguments.of("vit_base_patch16_xp_224", Map.of(), "block_fn is \"parallel\""),
                Arguments.of("vit_dlittle_patch16_reg1_gap_256", Map.of(), "attn_layer is \"diff\""),
                Arguments.of("vit_base_patch16_rope_mixed_224", Map.of(), "rope_type is \"mixed\""),
                Arguments.of("eva02_tiny_patch14_224", Map.of("rope_rotate_half", true), "rope_rotate_half is true"),
                Arguments.of("vit_tiny_patch16_224", Map.of("reg_tokens", 2_000_000_000), "more than 1000"),
                Arguments.of(
                        "eva02_tiny_patch14_224", Map.of("ref_feat_shape", List.of(0, 4)), "ref_feat_shape is [0,4]"),
                Arguments.of("eva02_tiny_patch14_224", Map.of("num_heads", 96), "A head has 2 components"));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void whatWouldChangeFeaturesAndIsNotKnownIsRefused(
            String architecture, Map<String, Object> arguments, String fault) {
        assertThatThrownBy(() -> read(architecture, arguments))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining(fault)
                .hasMessageContaining(FILE);
    }

    /** Some of them are refused, by a sentence; none fails otherwise. */
    @Test
    void everyArchitectureOfTheTableIsReadOrRefused() throws IOException {
        List<String> refused = new ArrayList<>();
        int count = 0;
        try (InputStream in = TimmArchitectures.class.getResourceAsStream("timm-architectures.json")) {
            for (JsonNode entry : new ObjectMapper().readTree(in).path("architectures")) {
                for (var names = entry.path("names").fieldNames(); names.hasNext(); count++) {
                    String name = names.next();
                    try {
                        assertThat(read(name, Map.of()).family()).isEqualTo(ModelFamily.TIMM);
                    } catch (ModelException e) {
                        assertThat(e).hasMessageContaining("are not supported");
                        refused.add(name);
                    }
                }
            }
        }
        assertThat(count).isEqualTo(233);
        assertThat(refused).hasSize(15);
    }
}
