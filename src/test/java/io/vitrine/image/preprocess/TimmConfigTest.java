package io.vitrine.image.preprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ModelException;
import io.vitrine.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TimmConfigTest {
    @Test
    void missingNullAndZeroAreTimmsDefaults() {
        String text = "timm: resize shortest edge 256 bicubic, centre crop 224x224, times 0.00392156862745098,"
                + " mean [0.485, 0.456, 0.406] std [0.229, 0.224, 0.225]";
        assertThat(read("")).hasToString(text);
        assertThat(read("'crop_pct':0,'crop_mode':'','interpolation':null,'mean':null,'test_input_size':[3,9,9]"))
                .hasToString(text);
    }

    @Test
    void anotherSizeKeepsCropPctAndMode() {
        Preprocessing p = read("'input_size':[3,224,224],'crop_pct':0.9");
        assertThat(p.withOutputSize(new Size(448, 448))).asString().contains("shortest edge 497 bicubic");
        assertThat(p.withOutputSize(new Size(224, 448)))
                .asString()
                .contains("resize to cover 248x497 bilinear, centre crop 224x448");
        assertThat(read("'crop_mode':'border','crop_pct':1").withOutputSize(new Size(30, 40)))
                .asString()
                .contains("resize to fit 30x40 bicubic, centre crop 30x40 on [124, 116, 104]");
    }

    @Test
    void aBorderIsRoundedHalfToEven() {
        assertThat(read("'crop_mode':'border','mean':[0.5,0.1,0.3]")).asString().contains(" on [128, 26, 76]");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "'crop_mode':'fit' | crop_mode is fit in here; it must be center, squash, border.",
                "'interpolation':'random' | interpolation is random in here; it must be nearest, lanczos",
                "'input_size':[1,224,224] | input_size is [1,224,224] in here; it must be [3, height, width]",
                "'input_size':224 | input_size is 224 in here",
                "'input_size':[3,224,0] | input_size has the side 0",
                "'crop_pct':-1 | crop_pct is -1 in here; it must be from 0.001 to 1000",
                "'crop_pct':0.002,'input_size':[3,224,224] | which resizes images to 112000.0 pixels",
                "'mean':0.5 | mean is 0.5 in here; it must be a list of three numbers",
                "'mean':[0.5] | mean is [0.5] in here",
                "'std':[0.5,0,0.5] | std is [0.5,0,0.5] in here; pixels cannot be divided by 0.",
                "'std':[0.5,1e-40,0.5] | std is [0.5, 1.0E-40, 0.5] in here, which makes pixels as large as",
                "'crop_mode':'border','mean':[-0.5,0,0] | it is the border's colour",
                "'crop_border_pixels':4 | crop_border_pixels is 4 in here. This field of pretrained_cfg is not known"
            })
    void whatIsNotHonouredIsRefused(String fields, String message) {
        assertThatThrownBy(() -> read(fields))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aConfigThatIsNoObjectIsRefused() {
        assertThatThrownBy(() -> Configs.read("{'pretrained_cfg':'vit'}"))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("pretrained_cfg is \"vit\" in here; it must be an object");
    }

    private static Preprocessing read(String fields) {
        return Configs.read("{'pretrained_cfg':{" + fields + "}}");
    }
}
