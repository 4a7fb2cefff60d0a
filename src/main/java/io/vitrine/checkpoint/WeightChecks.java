package io.vitrine.checkpoint;

import io.vitrine.ModelException;
import io.vitrine.VitrineException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Checks on the values of weights. */
public final class WeightChecks {
    private static final int SHOWN = 8;
    private static final int CHUNK = 1 << 20;

    private WeightChecks() {}

    /**
     * Reads all float tensors among {@code tensors} and refuses NaN and infinity, which would spread to every feature.
     *
     * @throws VitrineException naming each such tensor and the first such element
     */
    public static void requireFinite(Collection<TensorInfo> tensors) {
        List<String> faults = new ArrayList<>();
        tensors.stream()
                .filter(tensor -> tensor.dtype().isWeight())
                .sorted(Comparator.comparing(TensorInfo::name))
                .forEach(tensor -> {
                    long at = firstNotFinite(tensor);
                    if (at >= 0) {
                        faults.add(tensor.name() + " (element " + at + " of " + tensor.elements() + ", in "
                                + tensor.file().getFileName() + ")");
                    }
                });
        if (!faults.isEmpty()) {
            String more = faults.size() > SHOWN ? " and " + (faults.size() - SHOWN) + " more" : "";
            Path folder = tensors.iterator().next().file().toAbsolutePath().getParent();
            throw new ModelException("Weights that are NaN or infinite: "
                    + String.join(", ", faults.subList(0, Math.min(SHOWN, faults.size()))) + more
                    + ". The training diverged or the checkpoint in " + folder
                    + " is damaged: fetch it again, or use another checkpoint.");
        }
    }

    /** The index of the first NaN or infinity, or -1. Of all floats only those have every exponent bit set. */
    private static long firstNotFinite(TensorInfo tensor) {
        ByteBuffer chunk =
                ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN); // mapped pages would count as memory too
        try (FileChannel channel = FileChannel.open(tensor.file(), StandardOpenOption.READ)) {
            for (long done = 0; done < tensor.length(); done += chunk.limit()) {
                chunk.clear().limit((int) Math.min(CHUNK, tensor.length() - done));
                while (chunk.hasRemaining() && channel.read(chunk, tensor.offset() + done + chunk.position()) >= 0) {
                    // fill the chunk
                }
                int at = firstNotFinite(chunk, tensor.dtype());
                if (at >= 0) {
                    return done / tensor.dtype().bytes() + at;
                }
            }
            return -1;
        } catch (IOException e) {
            throw LocalFileErrors.of("read the tensor " + tensor.name() + " of", tensor.file(), e);
        }
    }

    private static int firstNotFinite(ByteBuffer chunk, DType dtype) {
        int length = chunk.limit();
        if (dtype == DType.F64) {
            for (int i = 0; i < length; i += 8) {
                if (!Float.isFinite((float) chunk.getDouble(i))) { // the model computes in 32 bits
                    return i / 8;
                }
            }
        } else if (dtype == DType.F32) {
            for (int i = 0; i < length; i += 4) {
                if ((chunk.getInt(i) & 0x7f800000) == 0x7f800000) {
                    return i / 4;
                }
            }
        } else {
            int exponent = dtype == DType.F16 ? 0x7c00 : 0x7f80;
            for (int i = 0; i < length; i += 2) {
                if ((chunk.getShort(i) & exponent) == exponent) {
                    return i / 2;
                }
            }
        }
        return -1;
    }
}
