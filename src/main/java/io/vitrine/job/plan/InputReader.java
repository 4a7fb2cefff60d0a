package io.vitrine.job.plan;

import io.vitrine.ConfigurationException;
import io.vitrine.catalog.ArchiveListing;
import io.vitrine.catalog.DistributedImageLister;
import io.vitrine.catalog.ImageLister;
import io.vitrine.catalog.ImageRef;
import io.vitrine.catalog.ListingRules;
import io.vitrine.catalog.Omissions;
import io.vitrine.job.request.InputRequest;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/** Finds the images of a request: lists folders, or reads a table of paths. */
final class InputReader {
    private final SparkSession spark;
    private final int slots;
    private final long maxBytes;
    private final ReadArchives archives;

    /**
     * @param slots tasks that run at the same time
     * @param maxBytes limit on an image's length
     * @param archives holds what is found
     */
    InputReader(SparkSession spark, int slots, long maxBytes, ReadArchives archives) {
        this.spark = spark;
        this.maxBytes = maxBytes;
        this.slots = slots;
        this.archives = archives;
    }

    /**
     * The images of {@code input}.
     *
     * @param outputColumns the output's columns, without those that a list brings along
     * @throws io.vitrine.VitrineException if the input cannot be read
     */
    ImageCatalog read(InputRequest input, List<String> outputColumns) {
        if (input instanceof InputRequest.Folders folders) {
            requireFree(folders.rules().fields(), outputColumns);
            return list(folders);
        }
        if (input instanceof InputRequest.PathList list) {
            return new ListedImages(spark, list, outputColumns).read();
        }
        if (input instanceof InputRequest.CellTable table) {
            return new CellReader(spark, table, outputColumns, maxBytes).read();
        }
        throw new IllegalStateException("No reader for " + input);
    }

    private ImageCatalog list(InputRequest.Folders folders) {
        Omissions omissions = new Omissions();
        ImageLister lister = new ImageLister(spark.sessionState().newHadoopConf(), folders.rules(), omissions);
        Optional<List<ImageRef>> refs = lister.list(folders.places(), ImageListing.MAX_IMAGES);
        if (refs.isEmpty()) {
            return listOnCluster(folders);
        }
        List<ImageRef> toRead =
                refs.get().stream().filter(ref -> isRead(folders, ref)).toList();
        return toRead.isEmpty() && folders.rules().fields().isEmpty()
                ? new ImageListing(refs.get(), omissions)
                : new ArchivedImages(spark, folders, omissions, archives).read(refs.get(), toRead);
    }

    private static void requireFree(List<String> fields, List<String> outputColumns) {
        for (String field : fields) {
            if (outputColumns.stream().anyMatch(field::equalsIgnoreCase)) {
                throw new ConfigurationException("--archive-fields " + field
                        + " would be a column like the output's own '" + field + "'. Leave it out.");
            }
        }
    }

    private static boolean isRead(InputRequest.Folders folders, ImageRef ref) {
        return folders.rules().archives() == ListingRules.Archives.READ && ArchiveListing.isArchive(ref);
    }

    private ImageCatalog listOnCluster(InputRequest.Folders folders) {
        DistributedImageLister.Listing listing =
                DistributedImageLister.list(spark, folders.places(), folders.rules(), slots);
        ImageTable files = new ImageTable(listing.images(), listing.omissions());
        return folders.rules().archives() == ListingRules.Archives.SKIP
                ? files
                : new ArchivedImages(spark, folders, new Omissions(), archives).read(files, slots);
    }
}
