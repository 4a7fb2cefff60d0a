package io.vitrine.image.isolate;

import io.vitrine.ConfigurationException;
import io.vitrine.FileBytes;
import io.vitrine.RejectionReason;
import io.vitrine.VitrineException;
import io.vitrine.image.decode.ImageHeader;
import java.time.Duration;
import java.util.Optional;

/**
 * Decodes the images of one task. Each image ends as pixels or as a rejection, also one that hangs its decoder, and in a child
 * process also one that kills it.
 *
 * <p>After an image has timed out in this process, the task's other images are decoded in a child process, which can be killed. So a
 * task leaves at most one thread behind. While such threads run, new tasks of this JVM start with a child process.
 */
public final class TaskDecoder implements AutoCloseable {
    /** Without child processes, a JVM gives up when so many threads hang: each occupies a core. */
    private static final int MAX_HANGING = 8;

    private final DecodeRecipe recipe;
    private final Optional<Duration> limit;
    private final DecodeIsolation isolation;
    private FileDecoder decoder;

    /** @param limit the longest time for one image; none if empty */
    public TaskDecoder(DecodeRecipe recipe, Optional<Duration> limit, DecodeIsolation isolation) {
        this.recipe = recipe;
        this.limit = limit;
        this.isolation = isolation;
        this.decoder = switch (isolation) {
            case PROCESS -> child();
            case AUTO -> TimedDecoder.hanging() > 0 ? child() : inProcess();
            case NONE -> inProcess();
        };
    }

    private FileDecoder child() {
        return new TimedDecoder(new ChildDecoder(recipe, ChildClassPath.find()), limit);
    }

    private FileDecoder inProcess() {
        FileDecoder direct = new DirectDecoder(recipe.preprocessor());
        return limit.isPresent() ? new TimedDecoder(direct, limit) : direct;
    }

    /**
     * Decodes and preprocesses a file.
     *
     * @throws VitrineException if no image can be decoded here
     */
    public DecodedFile decode(FileBytes file) {
        DecodedFile result = decoder.decode(file, TaskDecoder::ignore);
        if (result instanceof DecodedFile.Rejected rejected && rejected.cause().reason() == RejectionReason.TIMED_OUT) {
            replace();
        }
        return result;
    }

    private void replace() {
        decoder.close();
        if (isolation == DecodeIsolation.NONE && TimedDecoder.hanging() >= MAX_HANGING) {
            throw new ConfigurationException(MAX_HANGING + " images hang in their decoders in this JVM. Leave out"
                    + " --decode-isolation none, so that they can be stopped, or raise --image-timeout.");
        }
        decoder = isolation == DecodeIsolation.NONE ? inProcess() : child();
    }

    private static void ignore(ImageHeader header) {}

    /** Frees buffers and ends the child process. */
    @Override
    public void close() {
        decoder.close();
    }
}
