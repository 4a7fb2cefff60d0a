package io.vitrine.gpu;

import io.vitrine.FileBytes;
import io.vitrine.image.decode.ImageHeader;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * Decodes and preprocesses batches of JPEG files beside the CPU. What it gives equals what {@link
 * io.vitrine.image.preprocess.ImagePreprocessor} gives, byte for byte; any file it is unsure of is handed over. Thread-safe: all
 * tasks of a process share one, and it decodes the batches of several together.
 */
public interface BatchDecoder extends AutoCloseable {
    /** An empty batch, for one thread. */
    Batch newBatch();

    /** Ends the work. */
    @Override
    void close();

    /** Files that are decoded together. Reused after {@link #await}. */
    interface Batch extends AutoCloseable {
        /**
         * Adds a file. Copies what is needed of it.
         *
         * @param header the header of {@code file}
         * @return why the CPU has to decode it; empty if it was added
         */
        Optional<HandOver> add(FileBytes file, ImageHeader header);

        /**
         * Begins to decode the added files.
         *
         * @param pixels direct memory; the i-th added file's pixels go to index {@code slots[i]} of its images
         */
        void start(ByteBuffer pixels, int[] slots);

        /**
         * Waits for the files, in the order they were added.
         *
         * @return empty for a file whose pixels are in place; else why the CPU has to decode it
         * @throws io.vitrine.cuda.DeviceException if the device does not answer. It may still write the pixels: they must not be freed
         *     or filled while {@link #close} throws this too
         */
        List<Optional<HandOver>> await();

        /** Waits for what runs, and frees the batch. */
        @Override
        void close();
    }
}
