package io.vitrine.catalog;

import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;

/** Finds what an archive holds, on the executor that calls it. */
final class ArchiveLister implements Function<ImageRef, ListedArchive> {
    private static final long serialVersionUID = 1;

    private final Broadcast<SerializableConfiguration> configuration;
    private final List<String> fields;
    private final List<KeptContents> kept;
    private final LongAccumulator toKeep;

    /**
     * @param fields of the {@link ListingRules}
     * @param kept where to look first
     * @param toKeep counts archives whose contents are to be kept, some twice
     */
    ArchiveLister(
            Broadcast<SerializableConfiguration> configuration,
            List<String> fields,
            List<KeptContents> kept,
            LongAccumulator toKeep) {
        this.configuration = configuration;
        this.fields = fields;
        this.kept = kept;
        this.toKeep = toKeep;
    }

    /** @param archive listed, or only its path */
    @Override
    public ListedArchive call(ImageRef archive) {
        ArchiveLookup lookup = new ArchiveLookup(configuration.value().value(), fields, kept);
        ListedArchive listed = lookup.find(archive, Optional.empty());
        if (listed.origin().isToKeep() && KeptContents.isWorthwhile(archive, fields)) {
            toKeep.add(1);
        }
        return listed;
    }
}
