package io.vitrine.image.isolate;

import io.vitrine.FileBytes;
import io.vitrine.VitrineException;
import io.vitrine.image.decode.ImageHeader;
import java.util.function.Consumer;

/** Turns files into pixels for the model. Used by one thread at a time. */
interface FileDecoder extends AutoCloseable {
    /** Makes ready for the next file. That takes none of its time. */
    default void prepare() {}

    /**
     * Decodes and preprocesses a file. A fault of the image is a {@link DecodedFile.Rejected}.
     *
     * @param header is told the header as soon as it is known
     * @throws VitrineException if no image can be decoded here
     */
    DecodedFile decode(FileBytes file, Consumer<ImageHeader> header);

    /** Ends a decode that another thread runs, if that is possible. */
    void interrupt();

    /** Frees what decoding holds. */
    @Override
    void close();
}
