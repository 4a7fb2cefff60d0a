package io.vitrine.table.parquet;

import java.io.IOException;
import java.util.Optional;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.PageWriteStore;
import org.apache.parquet.column.page.PageWriter;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;

/**
 * A column of plainly encoded arrays, each of which goes to a data page as a whole. Parquet's own column writers take one element
 * after the other: of each they note the levels and compare it with the least and the greatest, then store its bytes singly.
 */
abstract class PlainColumn {
    private final ColumnDescriptor descriptor;
    private final int ordinal;
    private final PageLimits limits;
    private final LevelRuns repetitions = new LevelRuns();
    private final LevelRuns definitions = new LevelRuns();
    private PageWriter pages; // of the current row group
    private Statistics<?> statistics;
    private int values;
    private int rows;

    /**
     * When a page is full.
     *
     * @param bytes before compression
     */
    record PageLimits(int bytes, int rows) {}

    PlainColumn(ColumnDescriptor descriptor, int ordinal, PageLimits limits) {
        this.descriptor = descriptor;
        this.ordinal = ordinal;
        this.limits = limits;
    }

    /** The column of {@code field}, at {@code ordinal} in each row; empty if its type, or its form in {@code file}, is another. */
    static Optional<PlainColumn> of(StructField field, int ordinal, MessageType file, PageLimits limits) {
        ColumnDescriptor column = file.getColumns().stream()
                .filter(candidate -> candidate.getPath()[0].equals(field.name()))
                .findFirst()
                .orElseThrow();
        PrimitiveTypeName stored = column.getPrimitiveType().getPrimitiveTypeName();
        int nesting = column.getMaxRepetitionLevel();
        int optional = column.getMaxDefinitionLevel();
        if (field.dataType().equals(DataTypes.BinaryType)
                && stored == PrimitiveTypeName.BINARY
                && nesting == 0
                && optional == 1) {
            return Optional.of(new BinaryColumn(column, ordinal, limits));
        }
        if (field.dataType() instanceof ArrayType array
                && array.elementType().equals(DataTypes.FloatType)
                && stored == PrimitiveTypeName.FLOAT
                && nesting == 1
                && optional == 2) {
            return Optional.of(new FloatListColumn(column, ordinal, limits));
        }
        return Optional.empty();
    }

    /** Begins a row group. */
    final void begin(PageWriteStore group) {
        pages = group.getPageWriter(descriptor);
        newPage();
    }

    private void newPage() {
        statistics = Statistics.createStats(descriptor.getPrimitiveType());
        values = 0;
        rows = 0;
    }

    /** Appends a row's value. Keeps it until its page is written. */
    final void add(InternalRow row) throws IOException {
        int elements = 0;
        if (row.isNullAt(ordinal)) {
            addLevels(0, 1);
        } else {
            elements = append(row, ordinal, statistics);
            addLevels(
                    elements == 0 ? descriptor.getMaxDefinitionLevel() - 1 : descriptor.getMaxDefinitionLevel(),
                    elements);
        }
        if (elements == 0) {
            statistics.incrementNumNulls();
        }
        values += Math.max(1, elements);
        rows++;
        if (pageBytes() >= limits.bytes() || rows >= limits.rows()) {
            writePage();
        }
    }

    private void addLevels(int definition, int elements) {
        if (descriptor.getMaxRepetitionLevel() > 0) {
            repetitions.add(0, 1);
            repetitions.add(1, Math.max(0, elements - 1));
        }
        definitions.add(definition, Math.max(1, elements));
    }

    @SuppressWarnings("deprecation") // BIT_PACKED: Parquet's own writer names it for columns without such levels
    private void writePage() throws IOException {
        boolean repeats = descriptor.getMaxRepetitionLevel() > 0;
        BytesInput content = BytesInput.concat(
                repeats ? repetitions.finish() : BytesInput.empty(), definitions.finish(), pageContent());
        pages.writePage(
                content,
                values,
                rows,
                statistics,
                repeats ? Encoding.RLE : Encoding.BIT_PACKED,
                Encoding.RLE,
                Encoding.PLAIN);
        clearPage();
        newPage();
    }

    /** Writes the last page of a row group. */
    final void end() throws IOException {
        if (rows > 0) {
            writePage();
        }
    }

    /** Bytes of the row group so far: those of its pages, compressed, and of the one that is filled. */
    final long bufferedBytes() {
        return pages.getMemSize() + pageBytes();
    }

    /**
     * Appends a value that is not null to the page.
     *
     * @return its elements; 0 for an empty array
     */
    abstract int append(InternalRow row, int column, Statistics<?> of);

    /** Bytes of the page's values. */
    abstract long pageBytes();

    abstract BytesInput pageContent();

    abstract void clearPage();
}
