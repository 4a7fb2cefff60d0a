package io.vitrine.job.plan;

import io.vitrine.ImageRejectedException;
import io.vitrine.catalog.ImageSource;
import java.io.Serializable;

/**
 * What the cells of a column are.
 *
 * @param maxImageBytes limit on an image's length
 */
record CellForm(ImageSource.TableCell.Encoding encoding, long maxImageBytes) implements Serializable {
    /** The bytes of the largest cell that is read. Base64 takes 4 characters for 3 bytes, and may have line breaks. */
    long maxCellBytes() {
        return isText() ? maxImageBytes + maxImageBytes / 2 + 1_024 : maxImageBytes;
    }

    ImageSource source(byte[] cell) {
        return new ImageSource.TableCell(cell, encoding);
    }

    /** A cell of more than {@link #maxCellBytes}. */
    ImageSource tooLarge(long bytes) {
        ImageRejectedException refusal =
                ImageRejectedException.tooManyBytes(bytes + (isText() ? " bytes of text" : " bytes"), maxImageBytes);
        return new ImageSource.Unavailable(refusal.reason(), refusal.getMessage());
    }

    private boolean isText() {
        return encoding == ImageSource.TableCell.Encoding.TEXT;
    }
}
