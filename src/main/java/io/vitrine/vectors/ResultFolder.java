package io.vitrine.vectors;

import io.vitrine.OutputConflictException;
import io.vitrine.table.Publication;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;

/**
 * A folder of results that a command writes once. A file that says what was written appears last; where the file system renames
 * folders in one step, the whole folder does.
 */
public final class ResultFolder {
    /** What happens to a folder that exists. */
    public enum Existing {
        REFUSE,
        /** Only what an earlier command of the same kind wrote is removed, which its manifest says, or a folder without files. */
        OVERWRITE
    }

    private final StorageFolder target;
    private final String location;
    private final Existing existing;
    private final String kind;
    private final String manifest;
    private final Predicate<String> ours;

    /**
     * A folder, which need not exist.
     *
     * @param location as a person writes it
     * @param kind of the results, with its article: {@code an export of vectors}
     * @param manifest the file that says what was written
     * @param ours whether a name is that of another file or folder of the results
     */
    public ResultFolder(
            String location,
            Configuration configuration,
            Existing existing,
            String kind,
            String manifest,
            Predicate<String> ours) {
        this.target = new StorageFolder(location, configuration);
        this.location = location;
        this.existing = existing;
        this.kind = kind;
        this.manifest = manifest;
        this.ours = ours;
    }

    /** @throws OutputConflictException if the folder exists and may not be replaced */
    public void requireFree() {
        if (!target.exists()) {
            return;
        }
        List<String> names = target.names();
        if (existing == Existing.REFUSE) {
            throw new OutputConflictException("The folder " + location + " exists"
                    + (names.contains(manifest) ? "" : ", without the " + manifest + " of " + kind + " that ended")
                    + ". Choose another --output, or replace it with --overwrite.");
        }
        names.stream()
                .filter(name -> !name.equals(manifest) && !ours.test(name))
                .findFirst()
                .ifPresent(other -> {
                    throw new OutputConflictException(
                            "The folder " + location + " holds " + other + ", which is no part of " + kind
                                    + ", so --overwrite does not remove it. Choose another --output.");
                });
        if (!names.isEmpty() && !names.contains(manifest)) { // any table of Spark has files of such names
            throw new OutputConflictException("The folder " + location + " holds no " + manifest + ", so it may not be "
                    + kind + ", and --overwrite does not remove it. Remove it yourself, or choose another --output.");
        }
    }

    /**
     * Writes results. What is left if {@code write} fails is removed.
     *
     * @param write puts the files into the folder that it is given
     * @param text of the file that says what was written
     * @return what {@code write} returned
     */
    public <T> T write(Function<StorageFolder, T> write, Function<T, String> text) {
        boolean renames = target.publication() == Publication.RENAME;
        StorageFolder folder =
                renames ? target.sibling("." + target.name() + ".unfinished-" + UUID.randomUUID()) : target;
        if (!renames) {
            removeExisting();
        }
        try {
            T written = write.apply(folder);
            folder.write(manifest, text.apply(written));
            if (renames) {
                removeExisting();
                folder.renameTo(target);
            }
            return written;
        } catch (Throwable e) { // Spark throws checked exceptions that Scala does not declare
            try {
                folder.delete();
            } catch (RuntimeException left) {
                e.addSuppressed(left);
            }
            throw e;
        }
    }

    private void removeExisting() {
        if (target.exists()) {
            requireFree();
            target.delete(manifest); // first: what is half removed does not count
            target.delete();
        }
    }
}
