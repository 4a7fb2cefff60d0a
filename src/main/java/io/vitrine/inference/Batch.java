package io.vitrine.inference;

import io.vitrine.Size;
import java.nio.ByteBuffer;

/**
 * The pixels of one call, reused from batch to batch by one thread.
 *
 * <p>Layout: uint8 (count, height, width, 3), contiguous, off-heap. A batch of 8 at 224 x 224 takes 8 * 224 * 224 * 3
 * bytes, about 1.2 MB.
 */
public final class Batch {
    private final Size size;
    private final int capacity;
    private final ByteBuffer pixels;
    private int count;

    public Batch(Size size, int capacity) {
        this.size = size;
        this.capacity = capacity;
        this.pixels = ByteBuffer.allocateDirect(Math.multiplyExact(capacity, imageBytes(size)));
    }

    /** Bytes of one image. */
    public static int imageBytes(Size size) {
        return Math.multiplyExact(Math.multiplyExact(size.height(), size.width()), 3);
    }

    /**
     * Appends one image.
     *
     * @param image height * width * 3 bytes
     * @return its place in the batch
     */
    public int add(byte[] image) {
        if (image.length != imageBytes(size)) {
            throw new IllegalArgumentException(
                    "An image of " + image.length + " bytes in a batch of " + imageBytes(size) + " each");
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

    Size size() {
        return size;
    }

    /** The filled part. */
    ByteBuffer filled() {
        return pixels.slice(0, count * imageBytes(size));
    }
}
