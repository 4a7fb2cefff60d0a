package io.vitrine.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.Size;
import io.vitrine.image.Pictures;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.decode.ImageHeader;
import io.vitrine.image.decode.ImageLimits;
import io.vitrine.image.preprocess.ImagePreprocessor;
import io.vitrine.image.preprocess.ImageProcessor;
import io.vitrine.image.preprocess.Preprocessing;
import io.vitrine.image.preprocess.ResizeTarget;
import io.vitrine.testkit.Await;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Small JPEGs that a decoder decodes in batches, and the pixels that the CPU makes of them. */
final class SmallJpegs {
    static final int IMAGE_BYTES = 3 * 16 * 16; // decoded
    static final Optional<HandOver> DEVICE = Optional.of(HandOver.DEVICE);

    private static final Preprocessing STEPS = Preprocessing.builder(ImageProcessor.VIT)
            .resizeTo(new ResizeTarget.Exact(new Size(16, 16)))
            .build();

    private SmallJpegs() {}

    static DeviceDecoder.Builder decoder(ControlledDevice device) {
        return DeviceDecoder.builder(device, STEPS);
    }

    static byte[] file(int seed, int number) {
        return Pictures.drawn("jpg", 100 + number, 70 + seed, 100L * seed + number);
    }

    static Optional<HandOver> add(BatchDecoder.Batch batch, byte[] file) throws ImageRejectedException {
        FileBytes bytes = Pictures.file(file);
        return batch.add(bytes, ImageHeader.read(bytes, ImageLimits.DEFAULT));
    }

    static void decodeAndCompare(DeviceDecoder decoder, int count, int seed) {
        try (BatchDecoder.Batch batch = decoder.newBatch()) {
            decodeAndCompare(batch, count, seed);
        }
    }

    /** Puts the files into slots from the last to the first. */
    static void decodeAndCompare(BatchDecoder.Batch batch, int count, int seed) {
        try {
            int[] slots = new int[count];
            for (int i = 0; i < count; i++) {
                assertThat(add(batch, file(seed, i))).isEmpty();
                slots[i] = count - 1 - i;
            }
            ByteBuffer pixels = ByteBuffer.allocateDirect(count * IMAGE_BYTES);
            batch.start(pixels, slots);
            assertThat(batch.await()).hasSize(count).containsOnly(Optional.empty());
            for (int i = 0; i < count; i++) {
                assertThat(pixels(pixels, slots[i])).isEqualTo(expected(file(seed, i)));
            }
        } catch (ImageRejectedException e) {
            throw new AssertionError(e);
        }
    }

    static List<Optional<HandOver>> decode(DeviceDecoder decoder, int count, int seed) {
        try (BatchDecoder.Batch batch = decoder.newBatch()) {
            List<Optional<HandOver>> refused = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                Optional<HandOver> answer = add(batch, file(seed, i));
                answer.ifPresent(reason -> refused.add(answer));
            }
            batch.start(
                    ByteBuffer.allocateDirect(count * IMAGE_BYTES),
                    IntStream.range(0, count).toArray());
            refused.addAll(batch.await());
            return refused;
        } catch (ImageRejectedException e) {
            throw new AssertionError(e);
        }
    }

    static byte[] pixels(ByteBuffer pixels, int slot) {
        byte[] image = new byte[IMAGE_BYTES];
        pixels.get(slot * IMAGE_BYTES, image);
        return image;
    }

    static byte[] expected(byte[] file) throws ImageRejectedException {
        try (ImagePreprocessor cpu = new ImagePreprocessor(STEPS, ImageLimits.DEFAULT, DecodeOptions.STANDARD)) {
            return cpu.preprocess(FileBytes.of(file)).pixels();
        }
    }

    static void awaitWaiting(DeviceDecoder decoder, int files) {
        Await.until(files + " files wait", Duration.ofSeconds(30), () -> decoder.waiting() == files);
    }
}
