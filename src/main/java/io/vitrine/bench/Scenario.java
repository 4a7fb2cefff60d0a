package io.vitrine.bench;

import io.vitrine.graph.Precision;

/**
 * One whole job to measure.
 *
 * @param slots tasks at once
 * @param photos which pictures
 * @param hiddenStates whether last_hidden_state is written beside pooler_output
 * @param half hidden states as float16
 * @param place where pictures come from and features go to
 */
record Scenario(Precision precision, int slots, Photos.Kind photos, boolean hiddenStates, boolean half, Place place) {
    /** Storage. */
    enum Place {
        LOCAL("local files"),
        S3("S3"),
        FAR("S3 20 ms away");

        final String words;

        Place(String words) {
            this.words = words;
        }
    }

    static Scenario of(Precision precision, int slots) {
        return new Scenario(precision, slots, Photos.Kind.SMALL, true, false, Place.S3);
    }

    Scenario photos(Photos.Kind other) {
        return new Scenario(precision, slots, other, hiddenStates, half, place);
    }

    Scenario place(Place other) {
        return new Scenario(precision, slots, photos, hiddenStates, half, other);
    }

    Scenario poolerOnly() {
        return new Scenario(precision, slots, photos, false, half, place);
    }

    Scenario halves() {
        return new Scenario(precision, slots, photos, true, true, place);
    }

    /** What is written, in words. */
    String features() {
        return !hiddenStates ? "pooler_output only" : half ? "hidden states float16" : "hidden states float32";
    }

    /** In words, as a row of the table. */
    String name() {
        return "job " + precision + ", " + slots + (slots == 1 ? " slot, " : " slots, ") + photos.words() + ", "
                + features() + ", " + place.words;
    }
}
