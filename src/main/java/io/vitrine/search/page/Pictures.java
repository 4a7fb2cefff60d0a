package io.vitrine.search.page;

import static java.util.stream.Collectors.partitioningBy;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.StorageException;
import io.vitrine.catalog.ImageRef;
import io.vitrine.catalog.ImageSource;
import io.vitrine.catalog.MemberFinder;
import io.vitrine.fetch.Fetched;
import io.vitrine.fetch.Prefetch;
import io.vitrine.fetch.ReadLimits;
import io.vitrine.fetch.SourceReaders;
import io.vitrine.job.output.ArchivesFolder;
import io.vitrine.web.WebSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    private final MemberFinder members;
    private final Duration limit;
    private final PictureFile files = new PictureFile();

    /**
     * @param output of the features: its runs may have kept what archives hold
     * @param limit the time for the pictures of one call of {@link #of}; what is not read then is left out, and says so
     */
    public Pictures(Configuration configuration, String output, Duration limit) {
        this.configuration = configuration;
        this.members = new MemberFinder(configuration, ArchivesFolder.in(output));
        this.limit = limit;
    }

    /** The picture of a file that is in memory. */
    public Picture of(byte[] file) {
        return files.of(FileBytes.of(file));
    }

    /** The pictures of images, in their order. Files are read first: to find a member of an archive, the archive may have to be read. */
    public List<Picture> of(List<String> paths) {
        long end = System.nanoTime() + limit.toNanos();
        Map<String, Picture> pictures = new HashMap<>();
        Map<Boolean, List<String>> different = paths.stream().distinct().collect(partitioningBy(Pictures::isMember));
        show(different.get(false).stream().map(Pictures::ref).toList(), end, pictures);
        new MemberPlaces(members, different.get(true), end).forEachRemaining(refs -> show(refs, end, pictures));
        return paths.stream().map(pictures::get).toList();
    }

    private static boolean isMember(String path) {
        return FULL.matcher(path).lookingAt()
                && ImageSource.at(path) == ImageSource.StoredObject.INSTANCE
                && ImageRef.isMember(path);
    }

    /** An image whose path does not say where its bytes are is not looked for elsewhere. */
    private static ImageRef ref(String path) {
        if (FULL.matcher(path).lookingAt()) {
            return ImageRef.unlisted(path);
        }
        String reason = "it came from a cell of a table, which pages do not open";
        return new ImageRef(path, 0, 0, null, new ImageSource.Unavailable(RejectionReason.UNSUPPORTED, reason));
    }

    private void show(List<ImageRef> refs, long end, Map<String, Picture> pictures) {
        List<Picture> read = new ArrayList<>();
        while (read.size() < refs.size()) {
            try {
                read(refs.subList(read.size(), refs.size()), end, read);
            } catch (StorageException e) { // of this image's store; the next may be in another one
                read.add(new Picture.Unreadable("unreadable: " + e.getMessage()));
            }
        }
        for (int i = 0; i < refs.size(); i++) {
            pictures.put(refs.get(i).path(), read.get(i));
        }
    }

    private void read(List<ImageRef> refs, long end, List<Picture> pictures) {
        if (System.nanoTime() >= end) {
            refs.forEach(ref -> pictures.add(late()));
            return;
        }
        SourceReaders readers = new SourceReaders(configuration, MAX_FILE_BYTES, LIMITS, WebSettings.DEFAULT);
        try (Prefetch<ImageRef> fetched =
                new Prefetch<>(refs.iterator(), Function.identity(), readers, AHEAD, AHEAD_BYTES)) {
            while (System.nanoTime() < end && fetched.hasNext()) {
                pictures.add(picture(fetched.next()));
            }
        }
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
        members.close();
        files.close();
    }
}
