package io.vitrine.text;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.vitrine.ModelException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Set;

/**
 * A SentencePiece model of type unigram ({@code spiece.model}), as a definition that the tokenizers library reads. The fields are
 * those of {@code sentencepiece_model.proto}.
 */
final class SentencePieceFile {
    private static final int PIECES = 1;
    private static final int TRAINER = 2;
    private static final int NORMALIZER = 3;
    private static final int PIECE_TEXT = 1;
    private static final int PIECE_SCORE = 2;
    private static final int PIECE_KIND = 3;
    private static final int TRAINER_TYPE = 3;
    private static final int TRAINER_BYTES = 35;
    private static final int TRAINER_UNKNOWN = 40;
    private static final int NORMALIZER_TABLE = 2;
    private static final int NORMALIZER_TRIMS = 4;
    private static final int UNIGRAM = 1;

    /** User-defined and unused pieces, which unigram models of the tokenizers library do not know. */
    private static final Set<Integer> SPECIAL_KINDS = Set.of(4, 5);

    private static final int MAX_PIECES = 1 << 22;

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final ArrayNode pieces = JSON.arrayNode();
    private byte[] characterTable = {};
    private int type = UNIGRAM;
    private int unknown;
    private boolean fallsBackToBytes;
    private boolean trims = true;
    private int specialPieces;

    private SentencePieceFile() {}

    /**
     * The definition of the model in {@code bytes}.
     *
     * @param file named in errors
     * @throws ModelException if it is damaged or of another type than unigram
     */
    static ObjectNode definition(byte[] bytes, Path file) {
        SentencePieceFile model = new SentencePieceFile();
        try {
            model.read(CodedInputStream.newInstance(bytes));
        } catch (IOException e) {
            throw new ModelException(
                    file + " is not a SentencePiece model: " + e.getMessage() + ". Copy it again from its source.", e);
        }
        if (model.specialPieces > 0 || !model.trims) {
            throw new ModelException(
                    file + " has " + model.specialPieces + " pieces that are user-defined or unused, or"
                            + " keeps extra spaces, which is not supported. Use another checkpoint.");
        }
        if (model.type != UNIGRAM) {
            throw new ModelException(file + " is a SentencePiece model of type " + model.type
                    + ", but only unigram models are read. Save the tokenizer as tokenizer.json.");
        }
        return model.definition();
    }

    private void read(CodedInputStream in) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case PIECES -> message(in, this::readPiece);
                case TRAINER -> message(in, this::readTrainer);
                case NORMALIZER -> message(in, this::readNormalizer);
                default -> in.skipField(tag);
            }
        }
    }

    private interface Part {
        void read(CodedInputStream in) throws IOException;
    }

    private static void message(CodedInputStream in, Part part) throws IOException {
        int limit = in.pushLimit(in.readRawVarint32());
        part.read(in);
        in.popLimit(limit);
    }

    private void readPiece(CodedInputStream in) throws IOException {
        String text = "";
        float score = 0;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case PIECE_TEXT -> text = in.readStringRequireUtf8();
                case PIECE_SCORE -> score = in.readFloat();
                case PIECE_KIND -> specialPieces += SPECIAL_KINDS.contains(in.readEnum()) ? 1 : 0;
                default -> in.skipField(tag);
            }
        }
        if (pieces.size() == MAX_PIECES) {
            throw new IOException("more than " + MAX_PIECES + " pieces");
        }
        pieces.add(JSON.arrayNode().add(text).add(score));
    }

    private void readTrainer(CodedInputStream in) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case TRAINER_TYPE -> type = in.readEnum();
                case TRAINER_BYTES -> fallsBackToBytes = in.readBool();
                case TRAINER_UNKNOWN -> unknown = in.readInt32();
                default -> in.skipField(tag);
            }
        }
    }

    private void readNormalizer(CodedInputStream in) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case NORMALIZER_TABLE -> characterTable = in.readByteArray();
                case NORMALIZER_TRIMS -> trims = in.readBool();
                default -> in.skipField(tag);
            }
        }
    }

    private ObjectNode definition() {
        ObjectNode model =
                JSON.objectNode().put("type", "Unigram").put("unk_id", unknown).put("byte_fallback", fallsBackToBytes);
        model.set("vocab", pieces);
        ArrayNode steps = JSON.arrayNode();
        if (characterTable.length > 0) {
            steps.add(JSON.objectNode()
                    .put("type", "Precompiled")
                    .put("precompiled_charsmap", Base64.getEncoder().encodeToString(characterTable)));
        }
        steps.add(replacement(JSON.objectNode().put("Regex", " {2,}"), " "));
        steps.add(replacement(JSON.objectNode().put("String", " "), String.valueOf(TextForm.WORD_START)));
        steps.add(replacement(JSON.objectNode().put("Regex", TextForm.WORD_START + "+$"), ""));
        ObjectNode definition = JSON.objectNode().put("version", "1.0");
        definition.set("added_tokens", JSON.arrayNode());
        definition.set("normalizer", JSON.objectNode().put("type", "Sequence").set("normalizers", steps));
        definition.set("model", model);
        return definition;
    }

    private static ObjectNode replacement(ObjectNode pattern, String content) {
        return JSON.objectNode().put("type", "Replace").put("content", content).set("pattern", pattern);
    }
}
