package io.vitrine.table.parquet;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.io.api.Binary;
import org.apache.spark.sql.catalyst.InternalRow;

/** Byte arrays. A page refers to them, so that the compressor is the first to copy them. */
final class BinaryColumn extends PlainColumn {
    private final List<BytesInput> page = new ArrayList<>();
    private long bytes;

    BinaryColumn(ColumnDescriptor descriptor, int ordinal, PageLimits limits) {
        super(descriptor, ordinal, limits);
    }

    @Override
    int append(InternalRow row, int column, Statistics<?> of) {
        byte[] value = row.getBinary(column);
        byte[] length = ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value.length)
                .array();
        page.add(BytesInput.from(length));
        page.add(BytesInput.from(value));
        bytes += Integer.BYTES + value.length;
        of.updateStats(Binary.fromConstantByteArray(value));
        return 1;
    }

    @Override
    long pageBytes() {
        return bytes;
    }

    @Override
    BytesInput pageContent() {
        return BytesInput.concat(List.copyOf(page));
    }

    @Override
    void clearPage() {
        page.clear();
        bytes = 0;
    }
}
