package io.vitrine.graph;

import io.vitrine.checkpoint.DType;
import io.vitrine.checkpoint.HalfFloat;
import io.vitrine.checkpoint.TensorInfo;
import io.vitrine.checkpoint.Weights;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** PyTorch's floating-point types, and the encoding of their elements in an archive. */
enum TorchType {
    FLOAT(6, "FloatStorage", 4),
    HALF(5, "HalfStorage", 2),
    BFLOAT16(15, "BFloat16Storage", 2);

    private static final int CHUNK = 1 << 16;

    /** PyTorch's {@code ScalarType} number. */
    final int number;

    final String storage;
    final int bytes;

    TorchType(int number, String storage, int bytes) {
        this.number = number;
        this.storage = storage;
        this.bytes = bytes;
    }

    static TorchType of(Precision precision) {
        return switch (precision) {
            case fp32 -> FLOAT;
            case fp16 -> HALF;
            case bf16 -> BFLOAT16;
            case int8 -> throw new IllegalArgumentException("TorchScript has no int8: print it as ONNX");
        };
    }

    /** Writes {@code values}, each rounded to the nearest number of this type, little-endian. */
    void write(float[] values, OutputStream out) throws IOException {
        byte[] chunk = new byte[CHUNK];
        ByteBuffer to = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            if (!to.hasRemaining()) {
                out.write(chunk);
                to.clear();
            }
            put(value, to);
        }
        out.write(chunk, 0, to.position());
    }

    /** Writes a tensor of the checkpoint, converted if its type differs, little-endian. */
    void write(TensorInfo tensor, OutputStream out) throws IOException {
        ByteBuffer from = Weights.map(tensor);
        byte[] chunk = new byte[CHUNK];
        ByteBuffer to = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN);
        boolean same = isStoredAs(tensor.dtype());
        while (from.hasRemaining()) {
            to.clear();
            if (same) {
                int length = Math.min(from.remaining(), CHUNK);
                from.get(chunk, 0, length);
                to.position(length);
            } else {
                while (to.hasRemaining() && from.hasRemaining()) {
                    put(next(from, tensor.dtype()), to);
                }
            }
            out.write(chunk, 0, to.position());
        }
    }

    private boolean isStoredAs(DType dtype) {
        return switch (this) {
            case FLOAT -> dtype == DType.F32;
            case HALF -> dtype == DType.F16;
            case BFLOAT16 -> dtype == DType.BF16;
        };
    }

    private static float next(ByteBuffer from, DType dtype) {
        return switch (dtype) {
            case F64 -> (float) from.getDouble();
            case F16 -> HalfFloat.toFloat(from.getShort());
            case BF16 -> Float.intBitsToFloat(from.getShort() << 16);
            default -> from.getFloat();
        };
    }

    private void put(float value, ByteBuffer to) {
        switch (this) {
            case FLOAT -> to.putFloat(value);
            case HALF -> to.putShort(HalfFloat.fromFloat(value));
            case BFLOAT16 -> to.putShort(HalfFloat.toBfloat16(value));
        }
    }
}
