package io.vitrine.table.parquet;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.spark.sql.catalyst.InternalRow;

/** Arrays of floats, none of them null. A page holds their bytes. */
final class FloatListColumn extends PlainColumn {
    private ByteBuffer page = newPage(1 << 16);

    FloatListColumn(ColumnDescriptor descriptor, int ordinal, PageLimits limits) {
        super(descriptor, ordinal, limits);
    }

    private static ByteBuffer newPage(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    int append(InternalRow row, int column, Statistics<?> of) {
        float[] floats = row.getArray(column).toFloatArray();
        int bytes = Math.multiplyExact(Float.BYTES, floats.length);
        if (page.remaining() < bytes) {
            page = newPage(Math.max(2 * page.capacity(), Math.addExact(page.position(), bytes)))
                    .put(page.flip());
        }
        page.asFloatBuffer().put(floats);
        page.position(page.position() + bytes);
        if (floats.length > 0) {
            addRange(floats, of);
        }
        return floats.length;
    }

    /**
     * Both numbers are NaN if one float is. The chunk's range then has an end that is NaN, for which Parquet's readers ignore it, and
     * the chunk's pages get no index.
     */
    private static void addRange(float[] floats, Statistics<?> of) {
        float least = floats[0];
        float greatest = floats[0];
        for (float value : floats) {
            least = Math.min(least, value);
            greatest = Math.max(greatest, value);
        }
        of.updateStats(least);
        of.updateStats(greatest);
    }

    @Override
    long pageBytes() {
        return page.position();
    }

    @Override
    BytesInput pageContent() {
        return BytesInput.from(page.array(), page.arrayOffset(), page.position());
    }

    @Override
    void clearPage() {
        page.clear();
    }
}
