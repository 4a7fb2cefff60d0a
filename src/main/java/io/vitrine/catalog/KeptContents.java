package io.vitrine.catalog;

import io.vitrine.Sha256;
import io.vitrine.archive.ArchiveFormat;
import io.vitrine.archive.PackedContents;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.util.functional.FutureIO;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The contents of archives that earlier runs have read, a file for each archive, so that an unchanged one is not read again to find
 * its members. A file's name is the digest of everything that its contents depend on: the archive's path, length, time and version
 * tag, and the fields. A file that is missing, damaged or too large is as good as none.
 *
 * @param folder of the files, which need not exist
 * @param fields of the {@link ListingRules}
 */
record KeptContents(String folder, List<String> fields) implements Serializable {
    private static final Logger LOG = LoggerFactory.getLogger(KeptContents.class);

    /** Of the files' format and of what an index of an archive finds. Change it with either. */
    private static final String VERSION = "vitrine archive contents 2";

    private static final int DIGEST_BYTES = 32;

    /** The age from which a file that is used is written again, before it is removed for its age. */
    private static final Duration RENEWAL =
            ArchiveListing.LIFETIME.multipliedBy(2).dividedBy(3);

    /** The largest file: a million members have about 20 MB. */
    private static final int MAX_BYTES = 64 << 20;

    /** Whether finding the members of {@code archive} costs more than reading a kept file: a zip has a directory. */
    boolean isWorthwhile(ImageRef archive) {
        return isWorthwhile(archive, fields);
    }

    /** {@link #isWorthwhile(ImageRef)} with {@code fields}, whatever the folder. */
    static boolean isWorthwhile(ImageRef archive, List<String> fields) {
        return !fields.isEmpty() || !ArchiveFormat.of(archive.path()).equals(Optional.of(ArchiveFormat.ZIP));
    }

    /** What {@code archive} holds, if a run has kept it. */
    Optional<ListedArchive> find(ImageRef archive, Configuration hadoop) {
        Path file = file(archive);
        try {
            FileSystem fs = file.getFileSystem(hadoop);
            FileStatus status = fs.getFileStatus(file);
            boolean isOld = status.getModificationTime() < System.currentTimeMillis() - RENEWAL.toMillis();
            ListedArchive.Origin origin = isOld ? ListedArchive.Origin.KEPT_LONG_AGO : ListedArchive.Origin.KEPT;
            return read(archive, fs, status).map(contents -> new ListedArchive(archive, contents, origin));
        } catch (IOException e) {
            LOG.debug("No kept contents of {}", archive.path(), e);
            return Optional.empty();
        }
    }

    private Optional<PackedContents> read(ImageRef archive, FileSystem fs, FileStatus file) throws IOException {
        try (InputStream in = FutureIO.awaitFuture(
                fs.openFile(file.getPath()).withFileStatus(file).build())) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length < DIGEST_BYTES || bytes.length > MAX_BYTES) {
                return Optional.empty();
            }
            byte[] contents = Arrays.copyOfRange(bytes, DIGEST_BYTES, bytes.length);
            return MessageDigest.isEqual(digest(archive, contents), Arrays.copyOf(bytes, DIGEST_BYTES))
                    ? Optional.of(new PackedContents(contents))
                    : Optional.empty();
        }
    }

    /** Keeps the contents of an archive for later runs. */
    void keep(ListedArchive listed, Configuration hadoop) throws IOException {
        byte[] contents = listed.contents().bytes();
        if (contents.length > MAX_BYTES - DIGEST_BYTES) {
            return;
        }
        Path file = file(listed.archive());
        FileSystem fs = file.getFileSystem(hadoop);
        try (OutputStream out = fs.create(file, true)) {
            out.write(digest(listed.archive(), contents));
            out.write(contents);
        }
    }

    private Path file(ImageRef archive) {
        return new Path(folder, Sha256.hex(key(archive)));
    }

    /** Of the key too: a file that was renamed or copied is of no use. */
    private byte[] digest(ImageRef archive, byte[] contents) {
        MessageDigest digest = Sha256.digest();
        digest.update(key(archive));
        return digest.digest(contents);
    }

    private byte[] key(ImageRef archive) {
        ByteArrayOutputStream key = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(key)) {
            out.writeUTF(VERSION);
            out.writeLong(archive.length());
            out.writeLong(
                    archive.etag() == null
                            ? archive.modified()
                            : 0); // some stores list milliseconds, and answer with seconds
            out.writeUTF(String.valueOf(archive.etag()));
            for (String field : fields.stream().sorted().toList()) {
                out.writeUTF(field);
            }
            out.writeChars(archive.path());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return key.toByteArray();
    }
}
