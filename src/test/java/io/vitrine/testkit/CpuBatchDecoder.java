package io.vitrine.testkit;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.Size;
import io.vitrine.gpu.BatchDecoder;
import io.vitrine.gpu.HandOver;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.decode.ImageHeader;
import io.vitrine.image.decode.ImageLimits;
import io.vitrine.image.preprocess.ImagePreprocessor;
import io.vitrine.image.preprocess.Preprocessing;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Decodes by the CPU's code, at once. What the CPU rejects comes out black: a decoder that is wrong.
 *
 * @param change changes pixels, or hands the file over by null
 * @param reason why files are handed over
 */
public record CpuBatchDecoder(Preprocessing steps, DecodeOptions options, UnaryOperator<byte[]> change, HandOver reason)
        implements BatchDecoder {
    /** Hands over for {@link HandOver#DATA}. */
    public CpuBatchDecoder(Preprocessing steps, DecodeOptions options, UnaryOperator<byte[]> change) {
        this(steps, options, change, HandOver.DATA);
    }

    @Override
    public Batch newBatch() {
        return new CpuBatch();
    }

    @Override
    public void close() {
        // holds nothing
    }

    private final class CpuBatch implements Batch {
        private final ImagePreprocessor cpu = new ImagePreprocessor(steps, ImageLimits.DEFAULT, options);
        private final int imageBytes;
        private final List<FileBytes> files = new ArrayList<>();
        private List<Optional<HandOver>> answers = List.of();

        CpuBatch() {
            Size size = steps.outputSize().orElseThrow();
            imageBytes = 3 * size.height() * size.width() * (steps.givesFloats() ? Float.BYTES : 1);
        }

        @Override
        public Optional<HandOver> add(FileBytes file, ImageHeader header) {
            files.add(file);
            return Optional.empty();
        }

        @Override
        public void start(ByteBuffer pixels, int[] slots) {
            answers = new ArrayList<>();
            for (int i = 0; i < slots.length; i++) {
                byte[] changed = change.apply(decoded(files.get(i)));
                if (changed != null) {
                    pixels.put(slots[i] * imageBytes, changed);
                }
                answers.add(changed == null ? Optional.of(reason) : Optional.empty());
            }
        }

        private byte[] decoded(FileBytes file) {
            try {
                return cpu.preprocess(file).pixels();
            } catch (ImageRejectedException e) {
                return new byte[imageBytes];
            }
        }

        @Override
        public List<Optional<HandOver>> await() {
            files.clear();
            return answers;
        }

        @Override
        public void close() {
            cpu.close();
        }
    }
}
