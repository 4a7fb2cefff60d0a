package io.vitrine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vitrine.ModelException;
import io.vitrine.Size;
import io.vitrine.checkpoint.VitConfig.BeitOptions;
import io.vitrine.checkpoint.VitConfig.DinoOptions;
import io.vitrine.checkpoint.VitConfig.Encoder;
import io.vitrine.checkpoint.VitConfig.Geometry;
import io.vitrine.checkpoint.VitConfig.RotaryOptions.Projection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class VitConfigReaderTest {
    private static final String FILE = "/models/a/config.json";

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    void aWrongValueIsRefusedByItsKey(Map<String, Object> fields, String fault) {
        assertThatThrownBy(() -> read(fields))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining(fault)
                .hasMessageContaining(FILE);
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                Arguments.of(
                        Map.of("hidden_size", 48, "num_attention_heads", 5),
                        "hidden_size 48 is not divisible by num_attention_heads 5"),
                Arguments.of(Map.of("num_attention_heads", 0), "num_attention_heads is 0"),
                Arguments.of(
                        Map.of("image_size", 32, "patch_size", 64), "patch_size 64x64 is larger than image_size 32x32"),
                Arguments.of(Map.of("hidden_act", "gelou"), "Unknown activation 'gelou' for hidden_act"),
                Arguments.of(Map.of("model_type", "resnet"), "model_type is 'resnet'"),
                Arguments.of(
                        Map.of("model_type", "resnet"),
                        "supported: vit, vit_msn, vit_mae, ijepa, deit, beit, data2vec-vision, dinov2,"
                                + " dinov2_with_registers, dinov3_vit, clip, metaclip_2, mlcd_vision_model, siglip, aimv2,"
                                + " pixio, timm_wrapper, radio."),
                Arguments.of(
                        Map.of("model_type", "dinov3_vit", "hidden_size", 36, "num_attention_heads", 6),
                        "A head has 6 components"),
                Arguments.of(Map.of("num_channels", 1), "num_channels is 1"),
                Arguments.of(Map.of("layer_norm_eps", 2), "layer_norm_eps is 2"),
                Arguments.of(Map.of("image_size", List.of(32, 0)), "image_size is 0"),
                Arguments.of(Map.of("rope_theta", -1), "rope_theta is -1"),
                Arguments.of(Map.of("model_type", "dinov2", "mlp_ratio", 0), "mlp_ratio is 0"),
                Arguments.of(Map.of("hidden_size", 2_000_000_000), "hidden_size is 2000000000"),
                Arguments.of(Map.of("num_hidden_layers", 1_000_000), "num_hidden_layers is 1000000"),
                Arguments.of(
                        Map.of("image_size", 1_048_576, "patch_size", 8),
                        "image_size 1048576x1048576 and patch_size 8x8 make more than 1048576 patches"));
    }

    @Test
    void absentKeysHaveTheReferencesDefaults() {
        VitConfig vit = read(Map.of());
        assertThat(vit.geometry()).isEqualTo(new Geometry(new Size(224, 224), new Size(16, 16), 3));
        assertThat(vit.encoder()).isEqualTo(new Encoder(768, 12, 12, 3072, Activation.GELU, 1e-12, true));
        assertThat(vit.pooler()).isEqualTo(new VitConfig.Pooler(768, Activation.TANH));
        assertThat(vit.labels()).isEmpty();
        assertThat(vit.trainedGrid()).isEqualTo(new Size(14, 14));
    }

    @Test
    void dinov3HasDefaultsOfItsOwn() {
        VitConfig dinov3 = read(Map.of("model_type", "dinov3_vit"));
        assertThat(dinov3.encoder()).isEqualTo(new Encoder(384, 12, 6, 1536, Activation.GELU, 1e-5, true));
        assertThat(dinov3.dino()).isEqualTo(new DinoOptions(false, 0));
        assertThat(dinov3.rotary().theta()).isEqualTo(100);
        assertThat(dinov3.rotary().biases())
                .containsExactlyInAnyOrder(Projection.QUERY, Projection.VALUE, Projection.OUTPUT, Projection.MLP);
    }

    @Test
    void aSwigluIsTwoThirdsAsWideRoundedUpToEight() {
        VitConfig dinov2 = read(Map.of("model_type", "dinov2", "hidden_size", 48, "use_swiglu_ffn", true));
        assertThat(dinov2.intermediateSize()).isEqualTo(128);
        assertThat(dinov2.patchSize()).isEqualTo(new Size(14, 14));
    }

    @Test
    void beitHasItsOptionsAndOtherFamiliesNone() {
        Map<String, Object> fields = Map.of("use_relative_position_bias", true, "use_mean_pooling", false);
        assertThat(read(fields).beit().on()).isEmpty();
        Map<String, Object> beit = new HashMap<>(fields);
        beit.put("model_type", "beit");
        assertThat(read(beit).beit().on())
                .containsExactlyInAnyOrder(BeitOptions.Option.LAYER_BIAS, BeitOptions.Option.LAYER_SCALE);
    }

    @Test
    void labelsAfterAGapKeepTheirNames() {
        assertThat(read(Map.of("id2label", Map.of("0", "cat", "2", "bird"))).labels())
                .containsExactly("cat", "LABEL_1", "bird");
    }

    private static VitConfig read(Map<String, Object> fields) {
        Map<String, Object> config = new HashMap<>(fields);
        config.putIfAbsent("model_type", "vit");
        return VitConfig.read(new ObjectMapper().valueToTree(config), FILE);
    }
}
