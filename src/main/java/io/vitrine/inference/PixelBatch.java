package io.vitrine.inference;

import io.vitrine.graph.PixelInput;
import java.nio.ByteBuffer;

/**
 * The pixels of one call, reused from batch to batch by one thread.
 *
 * <p>Layout: (count, image), contiguous, off-heap, each image as its {@link PixelInput} says. A batch of 8 in uint8 at 224 x
 * 224 takes 8 * 224 * 224 * 3 bytes, about 1.2 MB.
 */
public final class PixelBatch {
    private final int imageBytes;
    private final int capacity;
    private final ByteBuffer pixels;
    private int count;

    /**
     * @param imageBytes of one image
     * @param capacity images
     */
    public PixelBatch(int imageBytes, int capacity) {
        this.imageBytes = imageBytes;
        this.capacity = capacity;
        this.pixels = ByteBuffer.allocateDirect(Math.multiplyExact(capacity, imageBytes));
    }

    private PixelBatch(int imageBytes, int count, ByteBuffer pixels) {
        this.imageBytes = imageBytes;
        this.capacity = count;
        this.count = count;
        this.pixels = pixels;
    }

    /** A full batch of some of this one's images, on the same memory. */
    PixelBatch part(int from, int images) {
        return new PixelBatch(imageBytes, images, pixels.slice(from * imageBytes, images * imageBytes));
    }

    /**
     * Appends one image.
     *
     * @param image its elements, little-endian
     * @return its place in the batch
     */
    public int add(byte[] image) {
        if (image.length != imageBytes) {
            throw new IllegalArgumentException(
                    "An image of " + image.length + " bytes in a batch of " + imageBytes + " each");
        }
        pixels.put(count * image.length, image);
        return count++;
    }

    public boolean isFull() {
        return count == capacity;
    }

    public boolean isEmpty() {
        return count == 0;
    }

    public int capacity() {
        return capacity;
    }

    public int count() {
        return count;
    }

    public void clear() {
        count = 0;
    }

    /** All of it. */
    ByteBuffer pixels() {
        return pixels;
    }

    /** The filled part. */
    ByteBuffer filled() {
        return pixels.slice(0, count * imageBytes);
    }
}
