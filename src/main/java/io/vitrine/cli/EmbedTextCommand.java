package io.vitrine.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.vitrine.ConfigurationException;
import io.vitrine.L2Norm;
import io.vitrine.StorageException;
import io.vitrine.checkpoint.Fingerprint;
import io.vitrine.hub.CheckpointFetcher;
import io.vitrine.hub.TokenizerFetcher;
import io.vitrine.job.spark.HadoopSettings;
import io.vitrine.text.LongTexts;
import io.vitrine.text.TextEmbedder;
import io.vitrine.text.TokenizerFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code embed-text}: texts as vectors in the space of {@code image_embeds}. */
@Command(
        name = "embed-text",
        customSynopsis = "jobs/embed-text --model MODEL (--text TEXT | --input FILE) [OPTIONS]",
        description = {
            "Writes the vectors of texts, in the space of the column image_embeds: one line of JSON for each text, with"
                    + " text, text_embeds, model and model_fingerprint.",
            "The model is a CLIP, MetaCLIP 2 or SigLIP checkpoint. A search compares only vectors of one fingerprint."
        },
        mixinStandardHelpOptions = true)
@Section("Texts")
final class EmbedTextCommand implements Callable<Integer> {
    private static final int BATCH = 256;

    @Spec
    private CommandSpec command;

    @Mixin
    private CheckpointOptions model;

    @Option(names = "--text", paramLabel = "TEXT", description = "A text. May be given several times.")
    private List<String> texts = List.of();

    @Option(
            names = "--input",
            paramLabel = "FILE",
            description = "A file of texts, one a line, in UTF-8; - for the standard input. Empty lines are left out.")
    private String input;

    @Option(
            names = "--output",
            paramLabel = "FILE",
            description = "Where the lines go. Default: the standard output. An existing file is replaced.")
    private Path output;

    @Option(
            names = "--normalize",
            paramLabel = "NORM",
            description = "Divide the vectors by their norm: l2. Do as the index was made.")
    private OutputOptions.VectorNorm normalize;

    @Option(
            names = "--truncate",
            description = "Cut texts of more tokens than the model reads. Without it such a text ends the command.")
    private boolean truncate;

    @Override
    public Integer call() {
        List<String> all = read();
        CheckpointFetcher.Local local = model.fetch();
        String fingerprint = Fingerprint.of(local.folder());
        LongTexts longTexts = truncate ? LongTexts.CUT : LongTexts.REFUSE;
        try (TextEmbedder embedder = TextEmbedder.open(local.folder(), tokenizer(local), longTexts, model.cache())) {
            all.forEach(embedder::tokens); // a text that is too long is found before anything is written
            if (output == null) {
                PrintWriter out = command.commandLine().getOut();
                write(all, embedder, local.location(), fingerprint, out);
                return ExitCode.SUCCESS.status();
            }
            writeFile(all, embedder, local.location(), fingerprint);
            return ExitCode.SUCCESS.status();
        } catch (IOException e) {
            throw new StorageException(
                    StorageException.Outlook.PERMANENT,
                    "Cannot write " + output + ": " + e + ". Choose another --output.",
                    e);
        }
    }

    /** The file appears when it is whole. */
    private void writeFile(List<String> all, TextEmbedder embedder, String location, String fingerprint)
            throws IOException {
        Path unfinished = output.resolveSibling(output.getFileName() + ".unfinished");
        try {
            try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(unfinished))) {
                write(all, embedder, location, fingerprint, out);
            }
            Files.move(unfinished, output, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    /** The folder on this host that holds the checkpoint's tokenizer. */
    private Path tokenizer(CheckpointFetcher.Local local) {
        return TokenizerFetcher.fetch(
                model.location(), local, TokenizerFiles.NAMES, model.cache(), HadoopSettings.ofSubmission());
    }

    private List<String> read() {
        if (texts.isEmpty() == (input == null)) {
            throw new ConfigurationException("Give texts by --text or by --input, one of the two.");
        }
        if (input == null) {
            return texts;
        }
        List<String> lines = new ArrayList<>();
        try (BufferedReader reader = input.equals("-")
                ? new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
                : Files.newBufferedReader(Path.of(input))) {
            reader.lines().filter(line -> !line.isBlank()).forEach(lines::add);
        } catch (IOException | UncheckedIOException e) {
            throw new StorageException(
                    StorageException.Outlook.PERMANENT,
                    "Cannot read the texts of " + input + ": " + e + ". Give a file of UTF-8 text.",
                    e);
        }
        return lines;
    }

    private void write(List<String> all, TextEmbedder embedder, String location, String fingerprint, PrintWriter out)
            throws IOException {
        for (int from = 0; from < all.size(); from += BATCH) {
            List<String> some = all.subList(from, Math.min(all.size(), from + BATCH));
            List<float[]> vectors = embedder.embed(some);
            for (int i = 0; i < some.size(); i++) {
                float[] vector = normalize == null ? vectors.get(i) : L2Norm.divide(vectors.get(i));
                out.println(line(some.get(i), vector, location, fingerprint));
            }
        }
        out.flush();
        if (out.checkError()) {
            throw new IOException("the output was closed");
        }
    }

    private static String line(String text, float[] vector, String location, String fingerprint) throws IOException {
        StringWriter line = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(line)) {
            json.writeStartObject();
            json.writeStringField("text", text);
            json.writeArrayFieldStart("text_embeds");
            for (float value : vector) {
                json.writeNumber(value);
            }
            json.writeEndArray();
            json.writeStringField("model", location);
            json.writeStringField("model_fingerprint", fingerprint);
            json.writeEndObject();
        }
        return line.toString();
    }
}
