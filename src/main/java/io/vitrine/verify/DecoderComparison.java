package io.vitrine.verify;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.Size;
import io.vitrine.gpu.BatchDecoder;
import io.vitrine.gpu.HandOver;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.decode.ExifOrientation;
import io.vitrine.image.decode.ImageFormat;
import io.vitrine.image.decode.ImageHeader;
import io.vitrine.image.decode.ImageLimits;
import io.vitrine.image.decode.JpegScaling;
import io.vitrine.image.preprocess.ImagePreprocessor;
import io.vitrine.image.preprocess.Preprocessing;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Decodes JPEGs by a decoder for GPUs and on the CPU. What the former gives must be the CPU's bytes; it may hand any file over, but
 * must hand over what the CPU rejects. Not thread-safe.
 */
public final class DecoderComparison {
    private final Opener opener;
    private final Map<HandOver, Long> handedOver = new EnumMap<>(HandOver.class);
    private long equal;
    private long notComparable;

    /** Opens decoders. */
    @FunctionalInterface
    public interface Opener {
        /** A decoder, which the caller closes. */
        BatchDecoder open(Preprocessing preprocessing, DecodeOptions options);
    }

    /** What a decoder may do with a file. */
    public enum Duty {
        /** Decode it, or hand it over to the CPU. */
        DECODE_OR_HAND_OVER,
        /** Decode it: nothing about the file is unusual. */
        DECODE
    }

    /** A file, by a name for messages. */
    public record Named(String name, FileBytes bytes, Duty duty) {
        /** A file that may be handed over. */
        public Named(String name, FileBytes bytes) {
            this(name, bytes, Duty.DECODE_OR_HAND_OVER);
        }
    }

    /** A file that was added to a batch. */
    private record Added(Named file, ImageHeader header) {}

    public DecoderComparison(Opener opener) {
        this.opener = opener;
    }

    /**
     * Compares files, decoded as one batch. Those that are no JPEG, or whose header cannot be read, do not count.
     *
     * @return what differs, a sentence for each file
     */
    public List<String> compare(List<Named> files, Preprocessing preprocessing, ExifOrientation exif) {
        Optional<Size> size = preprocessing.outputSize();
        if (size.isEmpty()) {
            notComparable += files.size();
            return List.of();
        }
        int imageBytes = 3 * size.get().height() * size.get().width() * (preprocessing.givesFloats() ? Float.BYTES : 1);
        DecodeOptions options = new DecodeOptions(exif, JpegScaling.EXACT);
        try (ImagePreprocessor cpu = new ImagePreprocessor(preprocessing, ImageLimits.DEFAULT, options);
                BatchDecoder decoder = opener.open(preprocessing, options);
                BatchDecoder.Batch batch = decoder.newBatch()) {
            List<String> faults = new ArrayList<>();
            List<Added> added = add(files, cpu, batch, faults);
            ByteBuffer pixels = ByteBuffer.allocateDirect(Math.multiplyExact(imageBytes, added.size() + 1));
            int[] slots = new int[added.size()];
            for (int i = 0; i < slots.length; i++) {
                slots[i] = slots.length - i; // the other way round; the first is nobody's
            }
            batch.start(pixels, slots);
            List<Optional<HandOver>> answers = batch.await();
            for (int i = 0; i < slots.length; i++) {
                Added file = added.get(i);
                ByteBuffer actual = pixels.slice(slots[i] * imageBytes, imageBytes);
                answers.get(i).ifPresentOrElse(reason -> handOver(file.file, reason, faults), () -> difference(
                                cpu, file, actual)
                        .ifPresentOrElse(faults::add, () -> equal++));
            }
            if (pixels.slice(0, imageBytes).mismatch(ByteBuffer.allocate(imageBytes)) >= 0) {
                faults.add("the decoder wrote to a place in the batch that no file has");
            }
            return faults;
        }
    }

    private List<Added> add(List<Named> files, ImagePreprocessor cpu, BatchDecoder.Batch batch, List<String> faults) {
        List<Added> added = new ArrayList<>();
        for (Named file : files) {
            header(cpu, file.bytes)
                    .filter(header -> header.format() == ImageFormat.JPEG)
                    .ifPresent(header -> batch.add(file.bytes, header)
                            .ifPresentOrElse(
                                    reason -> handOver(file, reason, faults),
                                    () -> added.add(new Added(file, header))));
        }
        return added;
    }

    /** Empty for a file that the header rejects: it comes to no decoder. */
    private static Optional<ImageHeader> header(ImagePreprocessor cpu, FileBytes file) {
        try {
            return Optional.of(cpu.readHeader(file));
        } catch (ImageRejectedException e) {
            return Optional.empty();
        }
    }

    private void handOver(Named file, HandOver reason, List<String> faults) {
        handedOver.merge(reason, 1L, Long::sum);
        if (file.duty == Duty.DECODE) {
            faults.add(file.name + ": left to the CPU because of " + reason + ", though nothing about it is unusual");
        }
    }

    private static Optional<String> difference(ImagePreprocessor cpu, Added file, ByteBuffer actual) {
        String name = file.file.name;
        try {
            byte[] expected = cpu.preprocess(file.file.bytes, file.header).pixels();
            int first = actual.mismatch(ByteBuffer.wrap(expected));
            if (first < 0) {
                return Optional.empty();
            }
            long different = 0;
            for (int i = first; i < expected.length; i++) {
                different += actual.get(i) == expected[i] ? 0 : 1;
            }
            return Optional.of(
                    name + ": " + different + " of " + expected.length + " bytes differ, the first is " + first + ": "
                            + (actual.get(first) & 0xff) + " on the GPU, " + (expected[first] & 0xff) + " on the CPU");
        } catch (ImageRejectedException e) {
            return Optional.of(
                    name + ": the GPU gives pixels, the CPU rejects it as " + e.reason() + ": " + e.getMessage());
        }
    }

    /** JPEGs that came out equal. */
    public long equal() {
        return equal;
    }

    /** JPEGs that were handed over to the CPU, by the reason. */
    public Map<HandOver, Long> handedOver() {
        return handedOver;
    }

    /** Why this says little about the device: it failed, or decoded nothing. A sentence for each reason. */
    public List<String> shortcomings() {
        List<String> shortcomings = new ArrayList<>();
        long failed = handedOver.getOrDefault(HandOver.DEVICE, 0L);
        if (failed > 0) {
            shortcomings.add("the device ran out of memory or failed on " + failed + " JPEGs");
        }
        if (equal == 0) {
            shortcomings.add("no JPEG was decoded to the CPU's bytes, so nothing shows that the device can");
        }
        return shortcomings;
    }

    /** The counts, for a person. */
    public String describe() {
        String reasons = handedOver.entrySet().stream()
                .map(entry -> entry.getValue() + " " + entry.getKey())
                .collect(Collectors.joining(", "));
        return equal + " JPEGs equal on both, "
                + handedOver.values().stream().mapToLong(Long::longValue).sum() + " left to the CPU"
                + (reasons.isEmpty() ? "" : " (" + reasons + ")")
                + (notComparable == 0 ? "" : ", " + notComparable + " images without a fixed size not compared");
    }
}
