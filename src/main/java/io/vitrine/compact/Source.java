package io.vitrine.compact;

import io.vitrine.ConfigurationException;
import io.vitrine.OutputConflictException;
import io.vitrine.job.output.OutputFolder;
import io.vitrine.job.output.OutputIdentity;
import io.vitrine.table.FeatureTable;
import io.vitrine.table.OutputFormat;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * An output whose rows are rewritten or added.
 *
 * @param identity how its features are made
 */
record Source(SparkSession spark, OutputFolder output, OutputIdentity identity) {
    /**
     * Opens an output of Parquet files.
     *
     * @throws ConfigurationException if there is none, or if it is a table that its own format compacts
     * @throws OutputConflictException if nothing says how its features are made
     */
    static Source open(SparkSession spark, String folder) {
        return of(spark, OutputFolder.existing(spark, folder));
    }

    /** {@link #open}, where the output is open already: what it says of itself is read again. */
    static Source of(SparkSession spark, OutputFolder output) {
        String folder = output.location();
        OutputIdentity identity = output.identity()
                .orElseThrow(() -> new OutputConflictException("The output " + folder
                        + " has no _vitrine/output.json, so how its features were made is not known. Bring the file back,"
                        + " or make a new output."));
        OutputFormat format = OutputFormat.valueOf(identity.fields().get(OutputIdentity.FORMAT));
        switch (format) {
            case delta ->
                throw new ConfigurationException("The output " + folder
                        + " is a Delta table, which Delta compacts itself: run OPTIMIZE delta.`" + folder
                        + "`, and VACUUM after it. See docs/how-to/compact.md.");
            case iceberg ->
                throw new ConfigurationException(
                        "The output " + folder
                                + " is an Iceberg table, which Iceberg compacts itself: CALL its catalog's"
                                + " system.rewrite_data_files, and system.expire_snapshots after it. See docs/how-to/compact.md.");
            case parquet -> {}
        }
        return new Source(spark, output, identity);
    }

    String location() {
        return output.location();
    }

    /** The rows of each file of {@code runs}. */
    Map<String, FileRows> scan(List<String> runs) {
        return runs.isEmpty() ? Map.of() : RowScan.of(spark, output.table(), runs);
    }

    /**
     * What the footers of files say.
     *
     * @param files as {@link #scan} names them
     * @param scanned the rows that it saw in them
     * @throws OutputConflictException if they hold another number of rows: those that a scan misses would be lost
     */
    SourceFacts facts(Collection<String> files, long scanned) {
        SourceFacts facts = ReadFooters.of(spark, List.copyOf(files));
        if (facts.rows() != scanned) {
            throw new OutputConflictException(String.format(
                    Locale.ROOT,
                    "The files of %s hold %,d rows, but %,d were read, so nothing is rewritten. Another program changes them, or"
                            + " a file is damaged; end that program, or bring the files back, and run the command again.",
                    location(),
                    facts.rows(),
                    scanned));
        }
        return facts;
    }

    /**
     * The rows that count, with the column {@link FeatureTable#RUN}.
     *
     * @param session that reads them
     * @param live the rows to take of each file of {@code runs}
     */
    Dataset<Row> rows(SparkSession session, List<String> runs, Map<String, BitSet> live, StructType columns) {
        JavaSparkContext context = JavaSparkContext.fromSparkContext(session.sparkContext());
        return FeatureTable.of(session, OutputFormat.parquet, location())
                .rows(runs, columns)
                .where(LiveRow.of(context, live));
    }

    /**
     * How the rows of files were made. Where another program rewrote files without their metadata, the run's record says it.
     *
     * @throws OutputConflictException if some were made in another way than the output's identity says, or nothing says how
     */
    List<MadeBy> madeBy(SourceFacts facts) {
        List<MadeBy> all = new ArrayList<>();
        facts.runsByMetadata().forEach((metadata, runs) -> {
            if (metadata.isEmpty()) {
                runs.forEach(run -> all.addAll(MadeBy.ofFooter(List.of(run), recorded(run))));
            } else {
                all.addAll(MadeBy.ofFooter(runs, metadata));
            }
        });
        all.forEach(rows -> SameIdentity.require(rows, identity, location()));
        return MadeBy.distinct(all);
    }

    private Map<String, String> recorded(String run) {
        Map<String, String> facts =
                new TreeMap<>(output.recordText(run).map(RecordFacts::of).orElse(Map.of()));
        facts.remove(MadeBy.RUN);
        return facts;
    }
}
