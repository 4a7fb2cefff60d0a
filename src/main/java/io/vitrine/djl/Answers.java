package io.vitrine.djl;

import ai.djl.modality.Classifications;
import ai.djl.modality.Input;
import ai.djl.modality.Output;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vitrine.ConfigurationException;
import io.vitrine.ImageRejectedException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The kinds of answers. */
final class Answers {
    private Answers() {}

    /** {@code pooler_output}, or the first output of a model without a pooler, row-major. */
    record Vector<I>() implements Answer<I, float[]> {
        @Override
        public float[] of(I input, BatchOutputs outputs, int index, ExportedFolder exported) {
            return outputs.vector(index);
        }
    }

    /** All outputs as one NPZ file. */
    record Npz<I>() implements Answer<I, byte[]> {
        @Override
        public byte[] of(I input, BatchOutputs outputs, int index, ExportedFolder exported) {
            return outputs.npz(index);
        }
    }

    /** The labels with their scores, as {@code top_k} of the job has them. */
    record Labels<I>() implements Answer<I, Classifications> {
        @Override
        public Classifications of(I input, BatchOutputs outputs, int index, ExportedFolder exported) {
            float[] logits = outputs.output("logits", index)
                    .orElseThrow(() -> new ConfigurationException("Classifications need the output logits, and "
                            + exported.folder() + " has " + String.join(", ", exported.outputs())
                            + ". Export the model with --columns logits."));
            List<Double> scores = new ArrayList<>();
            for (float score : exported.scores(logits.length).apply(logits)) {
                scores.add((double) score);
            }
            return new Classifications(exported.labels(logits.length), scores);
        }
    }

    /**
     * An answer of DJL Serving: a JSON object with each output that is a vector; or, if the request accepts {@code tensor/npz}, all
     * outputs as NPZ. An image that can't be decoded has code 400, and the others of its batch theirs.
     */
    record Served() implements Answer<Input, Output> {
        private static final String NPZ = "tensor/npz";
        private static final int OK = 200;
        private static final int BAD_REQUEST = 400;
        private static final ObjectMapper JSON = new ObjectMapper();

        @Override
        public Output of(Input input, BatchOutputs outputs, int index, ExportedFolder exported) {
            boolean npz = input.getProperty("Accept", "").contains(NPZ);
            Output output = new Output(OK, "OK");
            output.addProperty("Content-Type", npz ? NPZ : "application/json");
            output.add(npz ? outputs.npz(index) : json(outputs.vectors(index)));
            return output;
        }

        @Override
        public Optional<Output> rejected(ImageRejectedException rejection) {
            Output output = new Output(BAD_REQUEST, rejection.reason().status());
            output.addProperty("Content-Type", "application/json");
            output.add(json(Map.of("status", rejection.reason().status(), "error", rejection.getMessage())));
            return Optional.of(output);
        }

        private static byte[] json(Map<String, ?> values) {
            try {
                return JSON.writeValueAsBytes(values);
            } catch (JsonProcessingException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
