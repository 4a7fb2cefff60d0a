package io.vitrine.fetch;

import io.vitrine.ImageRejectedException;
import io.vitrine.catalog.ImageRef;
import java.util.ArrayList;
import java.util.List;

/** One read that brings several images. Images are added by the task's thread, which then hands it to a reading thread. */
interface SharedRead {
    /** Adds {@code next} if one request can bring it too. Returns whether it did. */
    boolean add(ImageRef next);

    /** The images, in order. */
    List<ImageRef> refs();

    /** The object that is read, for the store's health and for messages. */
    ImageRef object();

    /** The bytes of the arrays that it needs. */
    long bytes(ByteArrayPool pool);

    /** Reads all images. If the read is abandoned, its arrays go back to the pool and nobody sees the result. */
    Result read(ByteArrayPool pool, ObjectRead read);

    /**
     * What a read brought.
     *
     * @param outcomes in the order of the images
     * @param arrays that hold their bytes; the caller releases them
     */
    record Result(List<SourceReader.Outcome> outcomes, List<byte[]> arrays) {
        /** A read that brought none of {@code refs}. */
        static Result refused(List<ImageRef> refs, ImageRejectedException cause) {
            List<SourceReader.Outcome> outcomes = new ArrayList<>();
            refs.forEach(ref -> outcomes.add(new SourceReader.Refusal(ref, cause)));
            return new Result(outcomes, List.of());
        }
    }
}
