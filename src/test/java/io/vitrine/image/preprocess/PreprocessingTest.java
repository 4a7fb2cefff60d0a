package io.vitrine.image.preprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.Size;
import io.vitrine.image.preprocess.ResizeTarget.Exact;
import io.vitrine.image.preprocess.ResizeTarget.ShortestEdge;
import org.junit.jupiter.api.Test;

final class PreprocessingTest {
    @Test
    void anotherOutputSizeKeepsTheProportionOfResizeAndCrop() {
        Preprocessing p = Preprocessing.builder(ImageProcessor.BIT)
                .resizeTo(new ShortestEdge(256))
                .centerCrop(new Size(224, 224))
                .build()
                .withOutputSize(new Size(448, 448));
        assertThat(p.resizeTarget()).contains(new ShortestEdge(512));
        assertThat(p.crop().map(CenterCrop::size)).contains(new Size(448, 448));
    }

    @Test
    void anotherOutputSizeWithoutCropIsTheResizeTarget() {
        Preprocessing p = Preprocessing.builder(ImageProcessor.VIT)
                .resizeTo(new Exact(new Size(224, 224)))
                .build();
        assertThat(p.withOutputSize(new Size(24, 48)).outputSize()).contains(new Size(24, 48));
    }

    @Test
    void stepsAreDescribedInTheirOrder() {
        assertThat(Configs.read("{'image_processor_type':'DeiTImageProcessor'}"))
                .hasToString("DeiTImageProcessor: resize 256x256 bicubic, centre crop 224x224,"
                        + " times 0.00392156862745098, mean [0.5, 0.5, 0.5] std [0.5, 0.5, 0.5]");
    }

    @Test
    void dinov3RescalesBeforeItResizes() {
        Preprocessing p = Configs.read("{'image_processor_type':'DINOv3ViTImageProcessor'}")
                .withOutputSize(new Size(8, 8));
        assertThat(p.rescalesBeforeResize()).isTrue();
        assertThat(p)
                .hasToString("DINOv3ViTImageProcessor: times 0.00392156862745098, resize 8x8 bilinear,"
                        + " mean [0.485, 0.456, 0.406] std [0.229, 0.224, 0.225]");
    }

    @Test
    void anotherOutputSizeScalesWhatIsPadded() {
        Preprocessing p = Configs.read("{'size':{'max_height':20,'max_width':30},'do_pad':true,'pad_size':[40,30]}")
                .withOutputSize(new Size(80, 60));
        assertThat(p).asString().contains("resize within 40x60").endsWith("pad with zeros to 80x60");
        assertThat(p.outputSize()).contains(new Size(80, 60));
        assertThat(p.givesFloats()).isTrue();
    }

    @Test
    void convNextMakesSquaresOnly() {
        Preprocessing p = Configs.read("{'image_processor_type':'ConvNextImageProcessor','size':224}");
        assertThat(p.withOutputSize(new Size(256, 256)))
                .asString()
                .contains("shortest edge 292 bicubic, centre crop 256x256");
        assertThatThrownBy(() -> p.withOutputSize(new Size(224, 256)))
                .hasMessageContaining("makes squares only. Choose a square, such as --image-size 224.");
    }
}
