package io.vitrine.search.page;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.StorageException;
import io.vitrine.catalog.ImageRef;
import io.vitrine.catalog.ImageSource;
import io.vitrine.fetch.Fetched;
import io.vitrine.fetch.Prefetch;
import io.vitrine.fetch.ReadLimits;
import io.vitrine.fetch.SourceReaders;
import io.vitrine.web.WebSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;

/**
 * Reads images where they are now and makes small pictures of them. An image that can't be read says why and costs no other. Bounded:
 * files of at most 64 MiB, eight of them or 64 MiB read ahead, and a time for all. Not thread-safe.
 */
public final class Pictures implements AutoCloseable {
    private static final long MAX_FILE_BYTES = 64 << 20;
    private static final Pattern FULL = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:/");
    private static final int AHEAD = 8;
    private static final long AHEAD_BYTES = 64 << 20;
    private static final ReadLimits LIMITS = new ReadLimits(Duration.ofSeconds(20), 256 << 10);

    private final Configuration configuration;
    private final Duration limit;
    private final PictureFile files = new PictureFile();

    /** @param limit the time for the pictures of one call of {@link #of}; what is not read then is left out, and says so */
    public Pictures(Configuration configuration, Duration limit) {
        this.configuration = configuration;
        this.limit = limit;
    }

    /** The picture of a file that is in memory. */
    public Picture of(byte[] file) {
        return files.of(FileBytes.of(file));
    }

    /** The pictures of images, in their order. */
    public List<Picture> of(List<String> paths) {
        long end = System.nanoTime() + limit.toNanos();
        List<Picture> pictures = new ArrayList<>();
        while (pictures.size() < paths.size()) {
            try {
                read(paths.subList(pictures.size(), paths.size()), end, pictures);
            } catch (StorageException e) { // of this image's store; the next may be in another one
                pictures.add(new Picture.Unreadable("unreadable: " + e.getMessage()));
            }
        }
        return pictures;
    }

    private void read(List<String> paths, long end, List<Picture> pictures) {
        if (System.nanoTime() >= end) {
            paths.forEach(path -> pictures.add(late()));
            return;
        }
        List<ImageRef> refs = paths.stream().map(Pictures::ref).toList();
        SourceReaders readers = new SourceReaders(configuration, MAX_FILE_BYTES, LIMITS, WebSettings.DEFAULT);
        try (Prefetch<ImageRef> fetched =
                new Prefetch<>(refs.iterator(), Function.identity(), readers, AHEAD, AHEAD_BYTES)) {
            while (System.nanoTime() < end && fetched.hasNext()) {
                pictures.add(picture(fetched.next()));
            }
        }
    }

    /** An image whose path does not say where its bytes are is not looked for elsewhere. */
    private static ImageRef ref(String path) {
        if (!FULL.matcher(path).lookingAt()) {
            return unavailable(path, "it came from a cell of a table, which pages do not open");
        }
        return ImageSource.at(path) == ImageSource.StoredObject.INSTANCE && ImageRef.isMember(path)
                ? unavailable(path, "it is a member of an archive, which pages do not open")
                : ImageRef.unlisted(path);
    }

    private static ImageRef unavailable(String path, String reason) {
        return new ImageRef(path, 0, 0, null, new ImageSource.Unavailable(RejectionReason.UNSUPPORTED, reason));
    }

    private Picture late() {
        return new Picture.Unreadable("timed_out: reading the pictures took longer than " + limit.toSeconds() + " s");
    }

    private Picture picture(Fetched<ImageRef> image) {
        try {
            return files.of(image.bytes());
        } catch (ImageRejectedException e) {
            return PictureFile.unreadable(e);
        }
    }

    @Override
    public void close() {
        files.close();
    }
}
