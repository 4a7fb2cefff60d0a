package io.vitrine.fetch;

import io.vitrine.ImageRejectedException;
import io.vitrine.catalog.ImageRef;
import io.vitrine.catalog.ImageSource;
import io.vitrine.web.WebClient;
import io.vitrine.web.WebSettings;
import org.apache.hadoop.conf.Configuration;

/** Reads each image with the reader of its source. Safe between threads. */
public final class SourceReaders implements SourceReader {
    private final ObjectReader objects;
    private final WebReader web;

    /** @param maxBytes limit on an image's length */
    public SourceReaders(Configuration configuration, long maxBytes, ReadLimits limits, WebSettings settings) {
        this.objects = new ObjectReader(configuration, maxBytes, limits);
        this.web = new WebReader(WebClient.of(settings), maxBytes, limits);
    }

    @Override
    public ReadLimits limits() {
        return objects.limits();
    }

    @Override
    public ImageRef stat(ImageRef ref, ObjectRead read) throws ImageRejectedException {
        return reader(ref).stat(ref, read);
    }

    @Override
    public Content read(ImageRef ref, ByteArrayPool pool, ObjectRead read) throws ImageRejectedException {
        return reader(ref).read(ref, pool, read);
    }

    private SourceReader reader(ImageRef ref) {
        if (ref.source() instanceof ImageSource.StoredObject) {
            return objects;
        }
        if (ref.source() instanceof ImageSource.WebFile) {
            return web;
        }
        throw new IllegalStateException("No reader for " + ref.source());
    }
}
