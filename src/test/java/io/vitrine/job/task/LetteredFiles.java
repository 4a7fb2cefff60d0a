package io.vitrine.job.task;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.catalog.ImageRef;
import io.vitrine.fetch.Fetched;
import io.vitrine.fetch.KeptBytes;
import io.vitrine.image.Pictures;
import io.vitrine.job.rows.WorkItem;
import java.util.Arrays;
import java.util.Iterator;

/** The files of a task. Overwrites the bytes of those that nobody kept, as the arrays of a task are reused. */
final class LetteredFiles implements Iterator<Fetched<WorkItem>> {
    /** Files of every kind but those that fail the task. */
    static final String MIXED = "jjtjpjjjbjjtjtjjempjjhjjjjjjtttttttttttttttttttttttjjjj";

    private final String images;
    private int next;
    private byte[] last = new byte[0];
    private int holders; // of the last file
    private int kept; // not released yet
    private int mostKept;

    /**
     * @param images a letter per file: j a JPEG, t one cut off, p a PNG, b not an image, e empty, m missing, h a JPEG whose header is
     *     broken, x a failure of the store
     */
    LetteredFiles(String images) {
        this.images = images;
    }

    @Override
    public boolean hasNext() {
        return next < images.length();
    }

    @Override
    public Fetched<WorkItem> next() {
        if (holders == 0) {
            Arrays.fill(last, (byte) 0);
        }
        holders = 0;
        int index = next++;
        WorkItem item = new WorkItem(new ImageRef("image-" + index, 1, 1, null), new Object[0]);
        if (images.charAt(index) == 'm') {
            return new Fetched.Rejected<>(
                    item, item.ref(), new ImageRejectedException(RejectionReason.MISSING, "gone"));
        }
        last = bytes(images.charAt(index), index);
        return new Fetched.Loaded<>(item, item.ref(), FileBytes.of(last));
    }

    /** Keeps the last file's bytes until the result is closed. */
    KeptBytes keep() {
        byte[] array = last;
        holders++;
        kept++;
        mostKept = Math.max(kept, mostKept);
        return new KeptBytes() {
            @Override
            public long bytes() {
                return array.length;
            }

            @Override
            public void close() {
                Arrays.fill(array, (byte) 0);
                kept--;
            }
        };
    }

    /** Files that were taken. */
    int taken() {
        return next;
    }

    /** Files that are kept. */
    int kept() {
        return kept;
    }

    /** The most files that were kept at the same time. */
    int mostKept() {
        return mostKept;
    }

    private static byte[] bytes(char kind, int index) {
        byte[] jpeg = Pictures.drawn("jpg", 20 + index, 10 + index, index);
        return switch (kind) {
            case 'j' -> jpeg;
            case 't' -> Arrays.copyOf(jpeg, jpeg.length - 50);
            case 'h' -> Arrays.copyOf(jpeg, 20);
            case 'p' -> Pictures.drawn("png", 20, 10, index);
            case 'b' -> new byte[] {1, 2, 3};
            case 'e' -> new byte[0];
            case 'x' -> throw new IllegalStateException("the store is gone");
            default -> throw new IllegalArgumentException("" + kind);
        };
    }
}
