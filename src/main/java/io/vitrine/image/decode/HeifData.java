package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import java.io.Serializable;
import java.util.List;

/**
 * Where the bytes of a coded image are in the file.
 *
 * @param starts offsets of its parts
 * @param lengths of its parts
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record HeifData(int[] starts, int[] lengths) implements Serializable {
    private static final int MAX_PARTS = 4096;

    /**
     * @param extents offset and length of each part
     * @param base what offsets count from
     * @param end offset that no part may pass
     */
    static HeifData of(List<long[]> extents, int base, long end) throws ImageRejectedException {
        if (extents.isEmpty() || extents.size() > MAX_PARTS) {
            throw HeifItems.corrupt("image is in " + extents.size() + " parts");
        }
        int[] starts = new int[extents.size()];
        int[] lengths = new int[extents.size()];
        long sum = 0;
        for (int i = 0; i < starts.length; i++) {
            long start = extents.get(i)[0] + base;
            long length = extents.get(i)[1];
            sum += length;
            if (start < 0 || length > end - start || sum > end) {
                throw new ImageRejectedException(
                        RejectionReason.TRUNCATED,
                        "the data of the image go on to byte " + (start + length) + ", the file ends at " + end);
            }
            starts[i] = (int) start;
            lengths[i] = (int) length;
        }
        if (sum == 0) {
            throw HeifItems.corrupt("image has no data");
        }
        return new HeifData(starts, lengths);
    }

    long length() {
        long sum = 0;
        for (int length : lengths) {
            sum += length;
        }
        return sum;
    }

    /** The bytes in one piece, copied if there are several parts. */
    FileBytes bytes(FileBytes file) {
        if (starts.length == 1) {
            return file.part(starts[0], starts[0] + lengths[0]);
        }
        byte[] bytes = new byte[(int) length()];
        int at = 0;
        for (int i = 0; i < starts.length; i++) {
            System.arraycopy(file.array(), file.offset() + starts[i], bytes, at, lengths[i]);
            at += lengths[i];
        }
        return FileBytes.of(bytes);
    }
}
