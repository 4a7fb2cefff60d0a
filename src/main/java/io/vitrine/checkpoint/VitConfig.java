package io.vitrine.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import io.vitrine.ModelException;
import io.vitrine.Size;
import java.util.List;
import java.util.Set;

/**
 * The fields of {@code config.json} that change inference.
 *
 * @param labels class names by index; empty if config.json has none
 * @param beit options of BEiT and Data2Vec; all off for other families
 * @param dino options of DINOv2 and DINOv3; all off for other families
 * @param rotary options of DINOv3; unused by other families
 * @param tower how the model is put together; {@link TowerOptions#NONE} for the families up to DINOv3
 * @param weightsPrefix what the names of the model's tensors begin with in a checkpoint that holds more than this model; else
 *     empty
 */
public record VitConfig(
        ModelFamily family,
        Geometry geometry,
        Encoder encoder,
        Pooler pooler,
        List<String> labels,
        BeitOptions beit,
        DinoOptions dino,
        RotaryOptions rotary,
        TowerOptions tower,
        String weightsPrefix) {

    /**
     * How an image becomes patches.
     *
     * @param imageSize the size the position embeddings were trained for, in pixels
     * @param patchSize one patch, in pixels
     * @param channels colour channels, always 3
     */
    public record Geometry(Size imageSize, Size patchSize, int channels) {
        /** The grid of whole patches in {@code image}. Pixels that fill no patch are dropped, as in the reference. */
        public Size grid(Size image) {
            return new Size(image.height() / patchSize.height(), image.width() / patchSize.width());
        }
    }

    /**
     * The transformer's layers, which all have the same shape.
     *
     * @param hiddenSize width of the token vectors
     * @param layers number of layers
     * @param heads attention heads per layer; divides {@code hiddenSize}
     * @param intermediateSize width inside the MLP; of each half if the MLP is gated
     * @param activation between the two linear maps of the MLP
     * @param layerNormEps epsilon of every layer norm
     * @param qkvBias whether query, key and value have a bias
     */
    public record Encoder(
            int hiddenSize,
            int layers,
            int heads,
            int intermediateSize,
            Activation activation,
            double layerNormEps,
            boolean qkvBias) {}

    /**
     * A pooler with weights of its own, {@code pooler.dense}.
     *
     * @param outputSize rows of {@code pooler.dense.weight}
     */
    public record Pooler(int outputSize, Activation activation) {}

    /** What a BEiT checkpoint switches on. */
    public record BeitOptions(Set<Option> on) {
        /** A switch of BEiT's config.json. */
        public enum Option {
            /** There is a table of position embeddings. */
            ABSOLUTE_POSITIONS,
            /** Each layer has a table of relative position biases. */
            LAYER_BIAS,
            /** One table of relative position biases serves all layers. */
            SHARED_BIAS,
            /** Each branch is scaled by a learned vector. */
            LAYER_SCALE,
            /** The pooler is the norm of the patches' mean, and the last state has no norm. */
            MEAN_POOLING
        }

        public boolean absolutePositions() {
            return on.contains(Option.ABSOLUTE_POSITIONS);
        }

        public boolean layerBias() {
            return on.contains(Option.LAYER_BIAS);
        }

        public boolean sharedBias() {
            return on.contains(Option.SHARED_BIAS);
        }

        public boolean layerScale() {
            return on.contains(Option.LAYER_SCALE);
        }

        public boolean meanPooling() {
            return on.contains(Option.MEAN_POOLING);
        }
    }

    /**
     * What DINOv2 and DINOv3 have in common.
     *
     * @param gated whether the MLP is gated; DINOv2's is a SwiGLU
     * @param registers number of register tokens
     */
    public record DinoOptions(boolean gated, int registers) {}

    /**
     * DINOv3's rotary positions, and which of its linear maps have a bias.
     *
     * @param theta base of the rotation's frequencies
     */
    public record RotaryOptions(double theta, Set<Projection> biases) {
        /** A linear map of a layer. */
        public enum Projection {
            QUERY,
            KEY,
            VALUE,
            /** The map after attention. */
            OUTPUT,
            /** Every map of the MLP. */
            MLP
        }

        public boolean queryBias() {
            return biases.contains(Projection.QUERY);
        }

        public boolean keyBias() {
            return biases.contains(Projection.KEY);
        }

        public boolean valueBias() {
            return biases.contains(Projection.VALUE);
        }

        public boolean outputBias() {
            return biases.contains(Projection.OUTPUT);
        }

        public boolean mlpBias() {
            return biases.contains(Projection.MLP);
        }
    }

    /**
     * Reads a config.json. Absent keys have the reference library's defaults.
     *
     * @param file named in errors
     * @throws ModelException naming the key and the values it can have
     */
    static VitConfig read(JsonNode node, Object file) {
        return new VitConfigReader(node, file).read();
    }

    public int hiddenSize() {
        return encoder.hiddenSize();
    }

    public int layers() {
        return encoder.layers();
    }

    public int heads() {
        return encoder.heads();
    }

    public int intermediateSize() {
        return encoder.intermediateSize();
    }

    public Activation hiddenAct() {
        return encoder.activation();
    }

    public double layerNormEps() {
        return encoder.layerNormEps();
    }

    public boolean qkvBias() {
        return encoder.qkvBias();
    }

    public Size imageSize() {
        return geometry.imageSize();
    }

    public Size patchSize() {
        return geometry.patchSize();
    }

    public int channels() {
        return geometry.channels();
    }

    /** The grid of patches of the trained image size. */
    public Size trainedGrid() {
        return grid(imageSize());
    }

    /** The grid of whole patches in {@code image}. */
    public Size grid(Size image) {
        return geometry.grid(image);
    }

    /** The number of tokens before the patches that have a position, and of a tower's tokens before the patches. */
    public int prefixTokens() {
        return family.isTower() ? tower.prefix() : family.prefixTokens();
    }

    /** The same model with other layers, put together in another way. */
    VitConfig with(Encoder otherEncoder, TowerOptions otherTower) {
        return new VitConfig(
                family, geometry, otherEncoder, pooler, labels, beit, dino, rotary, otherTower, weightsPrefix);
    }

    /** Whether the reference takes images of any size without being told to interpolate positions. */
    public boolean takesAnySize() {
        return family.takesAnySize() || tower.resizing() == TowerOptions.Resizing.SMOOTH_CUBIC;
    }

    /** Whether the first token stands for the image. */
    public boolean hasClassToken() {
        return family.isTower() ? tower.classTokens() > 0 : prefixTokens() > 0;
    }

    public int poolerOutputSize() {
        return pooler.outputSize();
    }

    public Activation poolerAct() {
        return pooler.activation();
    }
}
