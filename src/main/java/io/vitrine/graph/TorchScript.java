package io.vitrine.graph;

import io.vitrine.Size;
import io.vitrine.checkpoint.DType;
import io.vitrine.checkpoint.HalfFloat;
import io.vitrine.checkpoint.TensorInfo;
import io.vitrine.checkpoint.Weights;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;

/**
 * A checkpoint printed as a TorchScript module of 32-bit floats.
 *
 * @param module the class's name
 * @param source its source, in the dialect of TorchScript archives
 * @param attributes its tensors
 * @param outputs what {@code forward} gives, a dictionary by these names
 */
public record TorchScript(
        String module,
        String source,
        List<Attribute> attributes,
        PixelInput input,
        Size image,
        List<FeatureGraph.Output> outputs) {

    /**
     * A tensor of the module.
     *
     * @param content writes its elements, little-endian, row-major
     */
    record Attribute(String name, List<Integer> shape, Content content) {

        static Attribute of(String name, Parameter.Constant constant) {
            return new Attribute(name, constant.shape(), out -> write(constant.values(), out));
        }

        static Attribute of(String name, List<Integer> shape, TensorInfo tensor) {
            return new Attribute(name, shape, out -> write(tensor, out));
        }

        long elements() {
            return shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
        }
    }

    /** Writes a tensor's elements. */
    interface Content {
        void write(OutputStream out) throws IOException;
    }

    /**
     * Prints a checkpoint.
     *
     * @throws io.vitrine.VitrineException if weights are missing or have other shapes than config.json says
     */
    public static TorchScript print(GraphRequest request) {
        TorchPrinter printer = new TorchPrinter(request.checkpoint().weights(), request.input());
        request.describe(printer);
        return printer.finish(request.image());
    }

    /** Writes the module and its weights as one archive that {@code torch.jit.load} and DJL's PyTorch engine read. */
    public void write(Path file) throws IOException {
        TorchArchive.write(this, file);
    }

    static void write(float[] values, OutputStream out) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        out.write(bytes.array());
    }

    /** Half-precision storage is widened. */
    private static void write(TensorInfo tensor, OutputStream out) throws IOException {
        ByteBuffer from = Weights.map(tensor);
        byte[] chunk = new byte[1 << 16];
        ByteBuffer to = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN);
        while (from.hasRemaining()) {
            to.clear();
            while (to.hasRemaining() && from.hasRemaining()) {
                to.putFloat(
                        tensor.dtype() == DType.F32
                                ? from.getFloat()
                                : tensor.dtype() == DType.F16
                                        ? HalfFloat.toFloat(from.getShort())
                                        : Float.intBitsToFloat(from.getShort() << 16));
            }
            out.write(chunk, 0, to.position());
        }
    }
}
