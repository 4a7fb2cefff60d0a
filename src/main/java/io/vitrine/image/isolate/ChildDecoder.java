package io.vitrine.image.isolate;

import io.vitrine.ConfigurationException;
import io.vitrine.FileBytes;
import io.vitrine.RejectionReason;
import io.vitrine.image.decode.ImageHeader;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Decodes in a child process, which is started when the first file comes and again after its death. An image is blamed for a death
 * only if it was the first of its process: earlier images may have damaged the memory of another.
 */
final class ChildDecoder implements FileDecoder {
    private final DecodeRecipe recipe;
    private final List<Path> classPath;
    private final long maxPixelBytes;
    private volatile Optional<ChildProcess> process = Optional.empty();
    private volatile boolean interrupted;
    private boolean used;
    private byte[] pixels = new byte[0];

    ChildDecoder(DecodeRecipe recipe, List<Path> classPath) {
        this.recipe = recipe;
        this.classPath = classPath;
        this.maxPixelBytes = recipe.maxPixelBytes();
    }

    @Override
    public void prepare() {
        if (process.isEmpty()) {
            process = Optional.of(ChildProcess.start(recipe, classPath));
            used = false;
        }
    }

    @Override
    public DecodedFile decode(FileBytes file, Consumer<ImageHeader> listener) {
        while (true) {
            prepare();
            ChildProcess child = process.orElseThrow();
            if (interrupted) { // the process that was killed may have been the one before
                child.kill();
            }
            boolean first = !used;
            used = true;
            Answers answers = new Answers(listener);
            try {
                child.send(file);
                return answers.read(child.answers());
            } catch (IOException e) {
                ProcessEnd end = child.end();
                close();
                if (interrupted || first && !end.isAskedToEnd()) {
                    return death(end, answers.header, e);
                }
            }
        }
    }

    private static DecodedFile death(ProcessEnd end, Optional<ImageHeader> header, IOException seen) {
        if (end.isKilled()) {
            return DecodedFile.Rejected.of(
                    header,
                    RejectionReason.OUT_OF_MEMORY,
                    "the process that decoded the image was killed with " + end.describe()
                            + ", as the kernel does where memory is short (spark.executor.memoryOverhead)");
        }
        String wrong = end.status() == ProcessEnd.STILL_RUNNING ? ", " + seen.getMessage() : "";
        return DecodedFile.Rejected.of(
                header,
                RejectionReason.CRASHED,
                "the process that decoded the image died with " + end.describe() + wrong
                        + "; report the image, or convert it with another program");
    }

    /** Reads the answers for one file. */
    private final class Answers {
        private final Consumer<ImageHeader> listener;
        private Optional<ImageHeader> header = Optional.empty();

        Answers(Consumer<ImageHeader> listener) {
            this.listener = listener;
        }

        /** @throws IOException if the process has died, or says what it should not */
        DecodedFile read(DataInputStream in) throws IOException {
            byte kind = Wire.receiveKind(in);
            if (kind == Wire.HEADER) {
                ImageHeader found = Wire.receiveHeader(in);
                header = Optional.of(found);
                listener.accept(found);
                kind = Wire.receiveKind(in);
            }
            return switch (kind) {
                case Wire.PIXELS ->
                    new DecodedFile.Pixels(
                            header.orElseThrow(() -> new IOException("pixels without a header")), pixels(in), 0);
                case Wire.REJECTED -> DecodedFile.Rejected.of(header, Wire.receiveReason(in), in.readUTF());
                case Wire.FAULT -> throw new ConfigurationException(in.readUTF());
                default -> throw new IOException("an answer of kind " + kind);
            };
        }

        private byte[] pixels(DataInputStream in) throws IOException {
            int length = in.readInt();
            if (length < 0 || length > maxPixelBytes) {
                throw new IOException(length + " bytes of pixels instead of at most " + maxPixelBytes);
            }
            if (pixels.length != length) {
                pixels = new byte[length];
            }
            in.readFully(pixels);
            return pixels;
        }
    }

    @Override
    public void interrupt() {
        interrupted = true;
        process.ifPresent(ChildProcess::kill);
    }

    @Override
    public void close() {
        process.ifPresent(ChildProcess::close);
        process = Optional.empty();
    }
}
