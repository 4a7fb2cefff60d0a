package io.vitrine.image.preprocess;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

/** Reads configurations that tests write with single quotes. Errors call them {@code here}. */
final class Configs {
    private Configs() {}

    static Preprocessing read(String json) {
        return read(json, "vit");
    }

    static Preprocessing read(String json, String modelType) {
        try {
            return Preprocessing.read(new ObjectMapper().readTree(json.replace('\'', '"')), modelType, "here");
        } catch (JsonProcessingException e) {
            throw new AssertionError(json, e);
        }
    }
}
