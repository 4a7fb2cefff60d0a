package io.vitrine.fetch;

import io.vitrine.ImageRejectedException;
import io.vitrine.catalog.ImageRef;
import io.vitrine.catalog.ImageSource;
import io.vitrine.web.WebClient;
import io.vitrine.web.WebSettings;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/** Reads each image with the reader of its source. Safe between threads. */
public final class SourceReaders implements SourceReader {
    private final ObjectReader objects;
    private final WebSettings web;
    private final ArchiveReader archives;
    private final long maxImageBytes;

    /** @param maxBytes limit on an image's length */
    public SourceReaders(Configuration configuration, long maxBytes, ReadLimits limits, WebSettings settings) {
        this.objects = new ObjectReader(configuration, maxBytes, limits);
        this.web = settings;
        this.maxImageBytes = maxBytes;
        this.archives = new ArchiveReader(objects, maxBytes);
    }

    @Override
    public ReadLimits limits() {
        return objects.limits();
    }

    @Override
    public Optional<SharedRead> share(ImageRef first, long maxBytes) {
        if (first.source() instanceof ImageSource.ArchiveMember member) {
            return archives.share(first, member, maxBytes);
        }
        return first.source() instanceof ImageSource.TableCell
                ? Optional.of(new CellRead(first, maxBytes, maxImageBytes))
                : Optional.empty();
    }

    @Override
    public ImageRef stat(ImageRef ref, ObjectRead read) throws ImageRejectedException {
        return ref.source() instanceof ImageSource.StoredObject ? objects.stat(ref, read) : ref;
    }

    @Override
    public Content read(ImageRef ref, ByteArrayPool pool, ObjectRead read) throws ImageRejectedException {
        if (ref.source() instanceof ImageSource.StoredObject) {
            return objects.read(ref, pool, read);
        } else if (ref.source() instanceof ImageSource.ArchiveMember member) {
            throw archives.refusal(ref, member);
        } else if (ref.source() instanceof ImageSource.Unavailable unavailable) {
            throw new ImageRejectedException(unavailable.reason(), unavailable.message());
        } else if (ref.source() instanceof ImageSource.WebFile) {
            // Without web addresses there is no client: its certificates take a tenth of a CPU-second to read.
            return new WebReader(WebClient.of(web), maxImageBytes, limits()).read(ref, pool, read);
        }
        throw new IllegalStateException("No reader for " + ref.source());
    }

    @Override
    public void close() {
        archives.close();
    }
}
