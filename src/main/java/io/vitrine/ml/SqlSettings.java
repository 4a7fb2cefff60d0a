package io.vitrine.ml;

import static java.util.Map.entry;

import io.vitrine.ConfigurationException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.apache.spark.sql.RuntimeConfig;
import org.apache.spark.sql.SparkSession;

/**
 * The settings of {@code vit_embed}, each with the meaning of the parameter of {@link VitFeatureExtractor}: {@code
 * spark.vitrine.model}, {@code column}, {@code batch-size}, {@code image-size}, {@code precision}, {@code engine}, {@code device},
 * {@code normalize}, {@code exif} and {@code cache}.
 */
final class SqlSettings {
    private static final String PREFIX = "spark.vitrine.";

    /** A setting of the job. */
    private static final String LEASE = "lease";

    private static final Map<String, BiConsumer<VitFeatureExtractor, String>> SETTINGS = Map.ofEntries(
            entry("model", VitFeatureExtractor::setModel),
            entry("column", (extractor, value) -> extractor.setColumns(value)),
            entry("batch-size", (extractor, value) -> extractor.setBatchSize(Integer.parseInt(value))),
            entry("image-size", VitFeatureExtractor::setImageSize),
            entry("precision", VitFeatureExtractor::setPrecision),
            entry("engine", VitFeatureExtractor::setEngine),
            entry("device", VitFeatureExtractor::setDevice),
            entry("normalize", (extractor, value) -> extractor.setNormalize(flag(value))),
            entry("exif", VitFeatureExtractor::setExif),
            entry("cache", VitFeatureExtractor::setCache));

    private SqlSettings() {}

    /**
     * What the session's settings ask for.
     *
     * @param column replaces {@code spark.vitrine.column}
     * @throws ConfigurationException if there is no model, or a setting is unknown or has no such value
     */
    static EmbedRequest request(SparkSession spark, Optional<String> column) {
        VitFeatureExtractor extractor = new VitFeatureExtractor().setVectorForm("array");
        RuntimeConfig conf = spark.conf();
        scala.collection.Iterator<scala.Tuple2<String, String>> all =
                conf.getAll().iterator();
        while (all.hasNext()) {
            scala.Tuple2<String, String> setting = all.next();
            if (setting._1().startsWith(PREFIX) && !setting._1().equals(PREFIX + LEASE)) {
                set(extractor, setting._1(), setting._2());
            }
        }
        column.ifPresent(extractor::setColumns);
        if (!extractor.isSet(extractor.model())) {
            throw new ConfigurationException("vit_embed needs a checkpoint. Set " + PREFIX
                    + "model to a folder or a name on the Hub, such as google/vit-base-patch16-224-in21k.");
        }
        return extractor.request();
    }

    private static void set(VitFeatureExtractor extractor, String key, String value) {
        BiConsumer<VitFeatureExtractor, String> setter = SETTINGS.get(key.substring(PREFIX.length()));
        if (setter == null) {
            throw new ConfigurationException("There is no setting " + key + ". Those of vit_embed are " + PREFIX
                    + String.join(", " + PREFIX, new TreeSet<>(SETTINGS.keySet())) + ".");
        }
        try {
            setter.accept(extractor, value);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(key + " cannot be '" + value + "': " + e.getMessage(), e);
        }
    }

    private static boolean flag(String value) {
        if (!value.equals("true") && !value.equals("false")) {
            throw new IllegalArgumentException("it is true or false");
        }
        return value.equals("true");
    }
}
