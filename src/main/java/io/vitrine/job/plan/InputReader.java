package io.vitrine.job.plan;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.vitrine.catalog.DistributedImageLister;
import io.vitrine.catalog.ImageLister;
import io.vitrine.catalog.ImageRef;
import io.vitrine.catalog.ImageRefSchema;
import io.vitrine.catalog.InputListReader;
import io.vitrine.job.request.InputRequest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Finds the images of a request: lists folders, or reads a table of paths. */
final class InputReader {
    private final SparkSession spark;
    private final int slots;

    /** @param slots tasks that run at the same time */
    InputReader(SparkSession spark, int slots) {
        this.spark = spark;
        this.slots = slots;
    }

    /** @throws io.vitrine.VitrineException if the input cannot be read */
    ImageCatalog read(InputRequest input) {
        if (input instanceof InputRequest.Folders folders) {
            return list(folders);
        }
        if (input instanceof InputRequest.PathList list) {
            return new ImageTable(table(list));
        }
        throw new IllegalStateException("No reader for " + input);
    }

    private ImageCatalog list(InputRequest.Folders folders) {
        ImageLister listing = new ImageLister(spark.sessionState().newHadoopConf(), folders.include());
        Optional<List<ImageRef>> refs = listing.list(folders.places(), ImageListing.MAX_IMAGES);
        if (refs.isPresent()) {
            return new ImageListing(refs.get());
        }
        return new ImageTable(DistributedImageLister.list(spark, folders.places(), folders.include(), slots));
    }

    private Dataset<Row> table(InputRequest.PathList list) {
        Dataset<Row> table = InputListReader.read(spark, list.location(), list.pathColumn());
        Stream<Column> image = Stream.of(
                col("`" + list.pathColumn() + "`").as(ImageRefSchema.PATH),
                lit(null).cast("long").as("length"),
                lit(null).cast("long").as("modified"),
                lit(null).cast("string").as("etag"));
        Stream<Column> carried = Arrays.stream(table.columns())
                .filter(name -> !name.equals(list.pathColumn()))
                .map(name -> col("`" + name + "`"));
        return table.select(Stream.concat(image, carried).toArray(Column[]::new));
    }
}
