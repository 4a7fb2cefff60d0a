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
 * A checkpoint printed as a TorchScript module. Its {@code forward} returns a dictionary by output name.
 *
 * @param className the module's class
 * @param source the source of the class, in the dialect of TorchScript archives
 * @param attributes the tensors of the module
 * @param packsWeights whether the module repacks its weights for the CPU when it is loaded; then it runs on CPUs only
 */
public record TorchScript(
        String className, String source, List<Attribute> attributes, boolean packsWeights, ModelSignature signature) {

    /**
     * An attribute that {@code forward} does not read: an exponential that overflows. Computing it at load maps a memory page that
     * softmax would otherwise miss on every call. PyTorch's AVX-512 exponential ends in an instruction that reads a constant only
     * for overflowing numbers. A softmax has none, so the page of the constant stays unmapped, and the CPU suppresses the fault
     * each time, slowly.
     */
    static final String EXP_PAGE_TOUCH = "touched";

    /**
     * A tensor of the module.
     *
     * @param origin identifies the elements: the name of the checkpoint's tensor, or a digest of computed values
     */
    record Attribute(String name, List<Integer> shape, TorchType type, String origin, ElementWriter elements) {

        static Attribute of(String name, TorchType type, Parameter.Constant constant) {
            return new Attribute(
                    name, constant.shape(), type, digest(constant.values()), out -> type.write(constant.values(), out));
        }

        static Attribute of(String name, Parameter.Weight weight, TorchType type, TensorInfo tensor) {
            return new Attribute(name, weight.shape(), type, weight.name(), out -> type.write(tensor, out));
        }

        private static String digest(float[] values) {
            ByteBuffer bytes = ByteBuffer.allocate(4 * values.length);
            bytes.asFloatBuffer().put(values);
            return Sha256.hex(bytes.array());
        }

        long elementCount() {
            return shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
        }
    }

    /** Writes the elements of a tensor, little-endian, row-major. */
    interface ElementWriter {
        void write(OutputStream out) throws IOException;
    }

    /**
     * Prints a checkpoint with plain operations, for any hardware.
     *
     * @throws io.vitrine.ModelException if weights are missing or have other shapes than config.json says
     */
    public static TorchScript print(GraphRequest request) {
        return print(request, TorchTarget.ANY);
    }

    /**
     * Prints a checkpoint for the given hardware. See {@link TorchPacking} and {@link TorchSplitting} for CPUs.
     *
     * @throws io.vitrine.ModelException if weights are missing or have other shapes than config.json says
     */
    public static TorchScript print(GraphRequest request, TorchTarget target) {
        TorchPrinter printer = new TorchPrinter(request, target);
        request.describe(printer);
        return printer.finish();
    }

    /** A SHA-256 that differs between any two scripts printed from the same checkpoint. */
    public String digest() {
        StringBuilder text = new StringBuilder(source);
        attributes.forEach(
                attribute -> text.append(attribute.name() + attribute.shape() + attribute.type() + attribute.origin()));
        return Sha256.hex(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The source of the methods that PyTorch calls when it loads the module. They slice and repack the stored tensors.
     *
     * @param packed the attributes to repack, as {@code self.wN}
     * @param pieces the slices that replace whole attributes
     */
    static String loadMethods(
            String className, List<Attribute> attributes, Set<String> packed, List<TorchSplitting.Piece> pieces) {
        StringBuilder source =
                new StringBuilder("  def __getstate__(self: __torch__." + className + ") -> List[Tensor]:\n");
        source.append(attributes.stream()
                .map(attribute -> "self." + attribute.name())
                .collect(Collectors.joining(", ", "    return [", "]\n")));
        source.append("  def __setstate__(self: __torch__." + className + ", state: List[Tensor]) -> NoneType:\n");
        for (int i = 0; i < attributes.size(); i++) {
            String name = attributes.get(i).name();
            String stored = "state[" + i + "]";
            List<TorchSplitting.Piece> parts =
                    pieces.stream().filter(piece -> piece.source().equals(name)).toList();
            for (TorchSplitting.Piece part : parts) {
                String slice = "torch.contiguous(torch.slice(" + stored + ", " + part.dimension() + ", " + part.from()
                        + ", " + part.to() + "))";
                source.append(assignment(part.attribute(), slice, packed));
            }
            // A whole attribute that is only used in pieces still needs a value: its first piece.
            source.append(
                    parts.isEmpty()
                            ? assignment(name, stored, packed)
                            : assignment(name, "self." + parts.get(0).attribute(), Set.of()));
        }
        source.append("    self." + EXP_PAGE_TOUCH + " = torch.exp(torch.full([64], 200., dtype="
                + TorchType.BFLOAT16.number + "))\n");
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
