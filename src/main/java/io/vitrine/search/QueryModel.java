package io.vitrine.search;

import io.vitrine.ConfigurationException;
import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.L2Norm;
import io.vitrine.ModelException;
import io.vitrine.RejectionReason;
import io.vitrine.Size;
import io.vitrine.checkpoint.Fingerprint;
import io.vitrine.hub.CheckpointFetcher;
import io.vitrine.hub.TokenizerFetcher;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.decode.ExifOrientation;
import io.vitrine.image.decode.HeicDecoding;
import io.vitrine.image.decode.ImageLimits;
import io.vitrine.image.decode.JpegScaling;
import io.vitrine.image.isolate.DecodeIsolation;
import io.vitrine.image.isolate.DecodeRecipe;
import io.vitrine.image.isolate.DecodedFile;
import io.vitrine.image.isolate.TaskDecoder;
import io.vitrine.inference.BatchFeatures;
import io.vitrine.inference.FeatureModel;
import io.vitrine.model.ModelPlan;
import io.vitrine.text.LongTexts;
import io.vitrine.text.TextEmbedder;
import io.vitrine.text.TokenizerFiles;
import io.vitrine.vectors.VectorSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/**
 * The checkpoint of an index: makes the vectors of queries as the job made those of the index, in fp32. Loads its halves when they are
 * first asked for. Not thread-safe.
 */
public final class QueryModel implements AutoCloseable {
    private static final String TEXT_COLUMN = "image_embeds";
    private static final String L2 = "l2";
    private static final Duration DECODE_LIMIT = Duration.ofSeconds(60);

    private final VectorSource source;
    private final String location;
    private final Path cache;
    private final Configuration configuration;
    private CheckpointFetcher.Local checkpoint;
    private PictureHalf pictures;
    private TextEmbedder texts;

    /** What pictures need. */
    private record PictureHalf(FeatureModel model, FeatureModel.Runner runner, TaskDecoder decoder) {}

    /**
     * @param source how the index's vectors were made
     * @param location another place of the checkpoint than the index's
     * @param cache where this host keeps copies and conversions
     */
    public QueryModel(VectorSource source, Optional<String> location, Path cache, Configuration configuration) {
        this.source = source;
        this.location = location.orElse(source.model());
        this.cache = cache;
        this.configuration = configuration;
    }

    /**
     * The vector of a picture.
     *
     * @throws ImageRejectedException if the picture can't be read, as a row's status would say
     * @throws ConfigurationException if this checkpoint or its preprocessing is not the index's
     */
    public float[] picture(byte[] file) throws ImageRejectedException {
        PictureHalf half = pictures();
        half.runner().batch().clear();
        half.runner().batch().add(pixels(half.decoder().decode(FileBytes.of(file))));
        BatchFeatures features = half.runner().run();
        if (features.nonFinite(0).isPresent()) {
            throw new ImageRejectedException(RejectionReason.NON_FINITE, "its features are not finite");
        }
        return normalized(features.floats(source.column(), 0));
    }

    /**
     * Loads what pictures need, so that the first one need not wait. With a head mask there is nothing to load.
     *
     * @throws ConfigurationException if the checkpoint is not the index's
     */
    public void prepare() {
        if (source.headMask().equals(VectorSource.NO_HEAD_MASK)) {
            pictures();
        }
    }

    private static byte[] pixels(DecodedFile decoded) throws ImageRejectedException {
        if (decoded instanceof DecodedFile.Rejected rejected) {
            throw rejected.cause();
        }
        return ((DecodedFile.Pixels) decoded).pixels();
    }

    /** Whether the index's vectors are in the space of texts. */
    boolean takesTexts() {
        return source.column().equals(TEXT_COLUMN);
    }

    /**
     * The vector of a text.
     *
     * @throws ConfigurationException if the index's vectors are not in the space of texts, or the text is too long
     */
    public float[] text(String text) {
        if (!takesTexts()) {
            throw new ConfigurationException(
                    "The index holds " + source.column() + ", which can't be compared with texts;"
                            + " only image_embeds can. Build an index with --column image_embeds.");
        }
        return normalized(texts().embed(List.of(text)).get(0));
    }

    private float[] normalized(float[] vector) {
        return source.norm().equals(L2) ? L2Norm.divide(vector) : vector;
    }

    private TextEmbedder texts() {
        if (texts == null) {
            CheckpointFetcher.Local local = checkpoint();
            Path tokenizer = TokenizerFetcher.fetch(location, local, TokenizerFiles.NAMES, cache, configuration);
            texts = TextEmbedder.open(local.folder(), tokenizer, LongTexts.REFUSE, cache);
        }
        return texts;
    }

    private PictureHalf pictures() {
        if (pictures == null) {
            if (!source.headMask().equals(VectorSource.NO_HEAD_MASK)) {
                throw new ConfigurationException("The index's vectors were made with a head mask, " + source.headMask()
                        + ", which queries can't have. Search by --row, or build an index without one.");
            }
            Size size = size(source.imageSize());
            ModelPlan plan = ModelPlan.of(checkpoint().folder(), Optional.of(size));
            DecodeRecipe recipe = new DecodeRecipe(plan.preprocessing(), ImageLimits.DEFAULT, decoding(plan));
            int threads = Runtime.getRuntime().availableProcessors();
            FeatureModel model = FeatureModel.load(plan.onnxModel(List.of(source.column())), threads);
            pictures = new PictureHalf(
                    model, model.runner(1), new TaskDecoder(recipe, Optional.of(DECODE_LIMIT), DecodeIsolation.AUTO));
        }
        return pictures;
    }

    private static Size size(String text) {
        String[] sides = text.split("x", 2);
        try {
            return new Size(Integer.parseInt(sides[0]), Integer.parseInt(sides[1]));
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw new ModelException("The index names the image size '" + text + "', which is no height x width.", e);
        }
    }

    /** The options that the job decoded with, found by their description. */
    private DecodeOptions decoding(ModelPlan plan) {
        for (ExifOrientation exif : ExifOrientation.values()) {
            for (JpegScaling scaling : JpegScaling.values()) {
                DecodeOptions options = new DecodeOptions(exif, scaling, HeicDecoding.DECODE);
                if (plan.describe(options).equals(source.preprocessing())) {
                    return options;
                }
            }
        }
        throw new ConfigurationException("The index's images were prepared so: " + source.preprocessing()
                + ". Here it would be: " + plan.describe(DecodeOptions.STANDARD)
                + ". Use the version of Vitrine that made the features, or build them again.");
    }

    private CheckpointFetcher.Local checkpoint() {
        if (checkpoint == null) {
            CheckpointFetcher.Local local = CheckpointFetcher.fetch(location, cache, configuration);
            String here = Fingerprint.of(local.folder());
            if (!here.equals(source.fingerprint())) {
                throw new ConfigurationException("The checkpoint " + location + " has the fingerprint " + here
                        + ", the index " + source.fingerprint() + ": their vectors can't be compared. Name the index's"
                        + " checkpoint with --model; it was made with " + source.model() + ".");
            }
            checkpoint = local;
        }
        return checkpoint;
    }

    @Override
    public void close() {
        if (pictures != null) {
            pictures.decoder().close();
            pictures.runner().close();
            pictures.model().close();
        }
        if (texts != null) {
            texts.close();
        }
    }
}
