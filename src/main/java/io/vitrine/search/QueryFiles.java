package io.vitrine.search;

import io.vitrine.ConfigurationException;
import io.vitrine.StorageException;
import io.vitrine.catalog.StorageErrors;
import io.vitrine.catalog.StoragePaths;
import io.vitrine.image.decode.ImageLimits;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Pictures to search with: a file, or the files of a folder. */
public final class QueryFiles {
    private final Configuration configuration;

    public QueryFiles(Configuration configuration) {
        this.configuration = configuration;
    }

    /**
     * The files at a location in the order of their names, without those in folders below it and hidden ones.
     *
     * @throws StorageException if it can't be read
     * @throws ConfigurationException if a folder holds no file
     */
    public List<Path> list(String location) {
        Path path = StoragePaths.parse(location);
        try {
            FileSystem fs = StoragePaths.fileSystem(path, configuration);
            if (fs.getFileStatus(path).isFile()) {
                return List.of(path);
            }
            List<Path> files = Arrays.stream(fs.listStatus(path))
                    .filter(FileStatus::isFile)
                    .map(FileStatus::getPath)
                    .filter(file ->
                            !file.getName().startsWith(".") && !file.getName().startsWith("_"))
                    .sorted()
                    .toList();
            if (files.isEmpty()) {
                throw new ConfigurationException("The folder " + location
                        + " holds no file to search with. Give a picture or a folder of them.");
            }
            return files;
        } catch (IOException e) {
            throw StorageErrors.of("read the query", location, e);
        }
    }

    /**
     * Reads a picture.
     *
     * @throws ConfigurationException if it is larger than a job would read
     */
    public Query.Picture read(Path file) {
        try {
            FileSystem fs = StoragePaths.fileSystem(file, configuration);
            long length = fs.getFileStatus(file).getLen();
            if (length > ImageLimits.DEFAULT_MAX_BYTES) {
                throw new ConfigurationException("The query " + file + " has " + length
                        + " bytes; a picture has at most " + ImageLimits.DEFAULT_MAX_BYTES + ".");
            }
            try (InputStream in = fs.open(file)) {
                return new Query.Picture(file.toString(), in.readAllBytes());
            }
        } catch (IOException e) {
            throw StorageErrors.of("read the query", file, e);
        }
    }
}
