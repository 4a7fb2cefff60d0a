package io.vitrine.inference;

import io.vitrine.graph.PixelInput;
import java.nio.ByteBuffer;

/**
 * The pixels of one batch, reused from call to call. Not thread-safe.
 *
 * <p>Layout: (count, image), contiguous in direct memory, each image in the form of its {@link PixelInput}. A batch of 8 images
 * of 224 x 224 pixels in uint8 takes 8 * 224 * 224 * 3 bytes, about 1.2 MB.
 */
public final class PixelBatch {
    private final int imageBytes;
    private final int capacity;
    private final ByteBuffer pixels;
    private int count;

    /**
     * @param imageBytes bytes per image
     * @param capacity maximum number of images
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

    /** A full batch of the images {@code from} to {@code from + images} (exclusive), in the same memory. */
    PixelBatch slice(int from, int images) {
        return new PixelBatch(imageBytes, images, pixels.slice(from * imageBytes, images * imageBytes));
    }

    /**
     * Appends one image.
     *
     * @param image its pixels, little-endian
     * @return its index in the batch
     */
    public int add(byte[] image) {
        put(count, image);
        return count++;
    }

    /** Appends an image whose pixels follow later. Returns its index. */
    public int reserve() {
        return count++;
    }

    /**
     * Writes the pixels of the image at {@code index}.
     *
     * @param image its pixels, little-endian
     */
    public void put(int index, byte[] image) {
        if (image.length != imageBytes) {
            throw new IllegalArgumentException("The image has " + image.length + " bytes, " + imageBytes + " expected");
        }
        pixels.put(index * imageBytes, image);
    }

    /** Removes the last image. */
    public void removeLast() {
        count--;
    }

    /** A copy of the pixels of the image at {@code index}. */
    public byte[] image(int index) {
        byte[] image = new byte[imageBytes];
        pixels.get(index * imageBytes, image);
        return image;
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

    /** The whole buffer: direct memory for {@link #capacity} images. Its position and limit are not to be changed. */
    public ByteBuffer pixels() {
        return pixels;
    }

    /** The pixels of the images that were added. */
    ByteBuffer filledPixels() {
        return pixels.slice(0, count * imageBytes);
    }
}
