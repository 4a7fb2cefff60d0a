package io.vitrine.dev.bench;

import io.vitrine.graph.Precision;
import java.util.List;

/**
 * A whole job to measure.
 *
 * @param slots tasks that run at the same time
 * @param photos the pictures it reads
 * @param features the columns it writes
 * @param place where it reads and writes
 */
record Scenario(Precision precision, int slots, Photos.Kind photos, Features features, Place place) {
    /** The columns that a job writes. */
    @SuppressWarnings("ImmutableEnumChecker") // the lists are
    enum Features {
        FLOATS("hidden states float32", List.of("pooler_output", "last_hidden_state")),
        HALVES("hidden states float16", List.of("pooler_output", "last_hidden_state")),
        /** Costs as much to compute as hidden states, and little to write. */
        VECTORS("pooler_output and mean", List.of("pooler_output", "mean")),
        POOLER("pooler_output only", List.of("pooler_output"));

        final String words;
        final List<String> columns;

        Features(String words, List<String> columns) {
            this.words = words;
            this.columns = columns;
        }

        boolean half() {
            return this == HALVES;
        }
    }

    /** Where a job reads and writes. */
    enum Place {
        LOCAL("local files"),
        S3("S3"),
        SHARDS("tars on S3"),
        FAR("S3 20 ms away"),
        FAR_SHARDS("tars on S3 20 ms away");

        final String words;

        Place(String words) {
            this.words = words;
        }

        boolean isFar() {
            return this == FAR || this == FAR_SHARDS;
        }

        boolean hasShards() {
            return this == SHARDS || this == FAR_SHARDS;
        }
    }

    static Scenario of(Precision precision, int slots) {
        return new Scenario(precision, slots, Photos.Kind.SMALL, Features.FLOATS, Place.S3);
    }

    Scenario photos(Photos.Kind other) {
        return new Scenario(precision, slots, other, features, place);
    }

    Scenario place(Place other) {
        return new Scenario(precision, slots, photos, features, other);
    }

    Scenario features(Features other) {
        return new Scenario(precision, slots, photos, other, place);
    }

    /** The name of its row in the table. */
    String name() {
        return "job " + precision + ", " + slots + (slots == 1 ? " slot, " : " slots, ") + photos.words() + ", "
                + features.words + ", " + place.words;
    }
}
