package io.vitrine.graph;

import io.vitrine.Sha256;
import io.vitrine.checkpoint.TensorInfo;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A checkpoint printed as a TorchScript module.
 *
 * @param module the class's name
 * @param source its source, in the dialect of TorchScript archives
 * @param attributes its tensors
 * @param packed whether it lays its weights out for the CPU when it is loaded, and so runs nowhere else
 * @param signature what goes in, and what {@code forward} gives: a dictionary by the outputs' names
 */
public record TorchScript(
        String module, String source, List<Attribute> attributes, boolean packed, OnnxModel.Signature signature) {

    /**
     * An attribute that nobody reads: an exponential too large for a float. PyTorch's AVX-512 exponential ends in an instruction that
     * reads a constant for such numbers only. A softmax has none, so where the constant's page is not mapped it never comes, and
     * each time the CPU finds that out slowly: the exponentials of a ViT-Base's image took 8 milliseconds instead of 2.
     */
    static final String TOUCHED = "touched";

    /**
     * A tensor of the module.
     *
     * @param origin what its elements are made of: the checkpoint's tensor, or a digest of computed ones
     * @param content writes its elements, little-endian, row-major
     */
    record Attribute(String name, List<Integer> shape, TorchType type, String origin, Content content) {

        static Attribute of(String name, TorchType type, Parameter.Constant constant) {
            return new Attribute(
                    name, constant.shape(), type, digest(constant.values()), out -> type.write(constant.values(), out));
        }

        static Attribute of(String name, List<Integer> shape, TorchType type, TensorInfo tensor) {
            return new Attribute(name, shape, type, tensor.name(), out -> type.write(tensor, out));
        }

        private static String digest(float[] values) {
            ByteBuffer bytes = ByteBuffer.allocate(4 * values.length);
            bytes.asFloatBuffer().put(values);
            return Sha256.hex(bytes.array());
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
     * Prints a checkpoint for PyTorch anywhere.
     *
     * @throws io.vitrine.VitrineException if weights are missing or have other shapes than config.json says
     */
    public static TorchScript print(GraphRequest request) {
        return print(request, TorchTarget.ANY);
    }

    /**
     * The same for CPUs only, and faster there: see {@link TorchPacking}.
     *
     * @param amx whether they have AMX: see {@link TorchTarget#AMX}
     */
    public static TorchScript printForCpu(GraphRequest request, boolean amx) {
        return print(request, amx ? TorchTarget.AMX : TorchTarget.CPU);
    }

    private static TorchScript print(GraphRequest request, TorchTarget target) {
        TorchPrinter printer = new TorchPrinter(request, target);
        request.describe(printer);
        return printer.finish(request.image());
    }

    /** Tells it from every other script that is printed from the same checkpoint. */
    public String digest() {
        StringBuilder text = new StringBuilder(source);
        attributes.forEach(
                attribute -> text.append(attribute.name() + attribute.shape() + attribute.type() + attribute.origin()));
        return Sha256.hex(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Methods that PyTorch calls with the stored tensors when it loads the module. */
    static String packAtLoad(
            String module, List<Attribute> attributes, Set<String> packed, List<TorchSplitting.Piece> pieces) {
        StringBuilder source =
                new StringBuilder("  def __getstate__(self: __torch__." + module + ") -> List[Tensor]:\n");
        source.append(attributes.stream()
                .map(attribute -> "self." + attribute.name())
                .collect(Collectors.joining(", ", "    return [", "]\n")));
        source.append("  def __setstate__(self: __torch__." + module + ", state: List[Tensor]) -> NoneType:\n");
        for (int i = 0; i < attributes.size(); i++) {
            String name = attributes.get(i).name();
            String stored = "state[" + i + "]";
            List<TorchSplitting.Piece> parts =
                    pieces.stream().filter(piece -> piece.of().equals(name)).toList();
            for (TorchSplitting.Piece part : parts) {
                String slice = "torch.contiguous(torch.slice(" + stored + ", " + part.dimension() + ", " + part.from()
                        + ", " + part.to() + "))";
                source.append(assignment(part.attribute(), slice, packed));
            }
            // A whole one that is used in pieces only must be something; it is its first piece.
            source.append(
                    parts.isEmpty()
                            ? assignment(name, stored, packed)
                            : assignment(name, "self." + parts.get(0).attribute(), Set.of()));
        }
        source.append("    self." + TOUCHED + " = torch.exp(torch.full([64], 200., dtype=" + TorchType.BFLOAT16.number
                + "))\n");
        return source.append("    self.training = False\n    return None\n").toString();
    }

    private static String assignment(String name, String value, Set<String> packed) {
        String attribute = "self." + name;
        return "    " + attribute + " = "
                + (packed.contains(attribute) ? "ops.mkldnn._reorder_linear_weight(" + value + ")" : value) + "\n";
    }

    /** Writes the module and its weights as one archive that {@code torch.jit.load} and DJL's PyTorch engine read. */
    public void write(Path file) throws IOException {
        TorchArchiveWriter.write(this, file);
    }
}
