package io.vitrine.graph;

import io.vitrine.Size;
import java.util.List;

/**
 * The input and outputs of a printed model, in any format.
 *
 * @param input the form in which images enter
 * @param imageSize their size, in pixels
 * @param outputs in the model's order
 */
public record ModelSignature(PixelInput input, Size imageSize, List<Output> outputs) {
    /** Bytes per image of the input. */
    public int imageBytes() {
        return input.imageBytes(imageSize);
    }

    /**
     * One output.
     *
     * @param shape the dimensions after the batch: (width) of a vector, (tokens, width) or (heads, tokens, tokens) of a
     *     matrix
     */
    public record Output(String name, List<Integer> shape, OutputType type) {
        /** Whether this is one vector per image. */
        public boolean isVector() {
            return shape.size() == 1;
        }

        /** Elements per image. */
        public int elements() {
            return shape.stream().reduce(1, Math::multiplyExact);
        }

        /** Bytes per image. */
        public int bytes() {
            return Math.multiplyExact(elements(), type.bytes());
        }
    }
}
