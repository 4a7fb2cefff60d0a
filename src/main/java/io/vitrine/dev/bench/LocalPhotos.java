package io.vitrine.dev.bench;

import io.vitrine.dev.sandbox.S3Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A folder of many local files that are hard links to a few pictures. */
record LocalPhotos(Path folder, Photos.Kind kind, int images) implements AutoCloseable {
    /** Makes the folder below {@code parent}. */
    static LocalPhotos make(Path parent, Photos.Kind kind, List<byte[]> jpegs, int images) throws IOException {
        Path folder = parent.resolve("gpu-photos-" + kind.words() + "-" + images);
        S3Store.delete(folder); // left by a run that was stopped
        Files.createDirectories(folder);
        for (int i = 0; i < images; i++) {
            Path photo = folder.resolve(i + ".jpg");
            if (i < jpegs.size()) {
                Files.write(photo, jpegs.get(i));
            } else {
                Files.createLink(photo, folder.resolve(i % jpegs.size() + ".jpg"));
            }
        }
        return new LocalPhotos(folder, kind, images);
    }

    @Override
    public void close() throws IOException {
        S3Store.delete(folder);
    }
}
