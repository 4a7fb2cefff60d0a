package io.vitrine.catalog;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** A folder of small files, the images that are found in it, and what is left out. */
final class ListedFolder {
    private final Path folder;
    private final Omissions omissions = new Omissions();

    ListedFolder(Path folder) {
        this.folder = folder;
    }

    void write(String... names) {
        try {
            for (String name : names) {
                Path file = folder.resolve(name);
                Files.createDirectories(file.getParent());
                Files.writeString(file, "image");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Names of the images. */
    List<String> list(String include, String... inputs) {
        return lister(include).list(Arrays.asList(inputs), 1000).orElseThrow().stream()
                .map(this::relative)
                .toList();
    }

    ImageLister lister(String include) {
        return new ImageLister(new Configuration(), include, omissions);
    }

    Omissions omissions() {
        return omissions;
    }

    /** Within the folder. */
    String relative(ImageRef ref) {
        return ref.path()
                .substring(ref.path().indexOf(folder.toString())
                        + folder.toString().length()
                        + 1);
    }
}
