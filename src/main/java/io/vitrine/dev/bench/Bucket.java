package io.vitrine.dev.bench;

import io.vitrine.dev.sandbox.S3Store;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Uploads objects to a bucket. */
final class Bucket {
    private static final int THREADS = 8;
    private static final int SHARD_MEMBERS = 250;

    private Bucket() {}

    /** Uploads {@code count} objects to {@code folder}, named by number; their contents are {@code contents} in turn. */
    static void fill(S3Store store, String folder, List<byte[]> contents, String suffix, int count) throws Exception {
        Configuration configuration = new Configuration();
        store.settingsWithKeys().forEach(configuration::set);
        Path target = new Path(folder);
        ExecutorService pool = Executors.newFixedThreadPool(THREADS);
        try (FileSystem fs = FileSystem.newInstance(target.toUri(), configuration)) {
            List<Future<?>> uploads = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                Path path = new Path(target, String.format(Locale.ROOT, "%03d/%06d%s", i / 1000, i, suffix));
                byte[] content = contents.get(i % contents.size());
                uploads.add(pool.submit(() -> upload(fs, path, content)));
            }
            for (Future<?> upload : uploads) {
                upload.get();
            }
        } finally {
            pool.shutdownNow();
        }
    }

    /** Uploads {@code count} files as members of tars of {@value #SHARD_MEMBERS}; their contents are {@code contents} in turn. */
    static void fillShards(S3Store store, String folder, List<byte[]> contents, int count) throws Exception {
        List<byte[]> shards = new ArrayList<>();
        for (int first = 0; first < count; first += SHARD_MEMBERS) {
            shards.add(shard(contents, first, Math.min(count, first + SHARD_MEMBERS)));
        }
        fill(store, folder, shards, ".tar", shards.size());
    }

    private static byte[] shard(List<byte[]> contents, int from, int to) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            for (int i = from; i < to; i++) {
                byte[] content = contents.get(i % contents.size());
                TarArchiveEntry entry = new TarArchiveEntry(String.format(Locale.ROOT, "%06d.jpg", i));
                entry.setSize(content.length);
                tar.putArchiveEntry(entry);
                tar.write(content);
                tar.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    private static Void upload(FileSystem fs, Path path, byte[] content) throws IOException {
        try (OutputStream out = fs.create(path, true)) {
            out.write(content);
        }
        return null;
    }
}
