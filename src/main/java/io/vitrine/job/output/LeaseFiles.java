package io.vitrine.job.output;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files of an output's lease folder: this run's own, and those of others. */
final class LeaseFiles {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseFiles.class);
    private static final String HELD = "held";
    private static final String SECONDS = "seconds";
    private static final long GIVEN_BACK = -1; // instead of seconds to live

    private final FileSystem fs;
    private final Path folder;
    private final Path own;
    private final Duration lifetime;

    /**
     * @param holder the name of this run's file
     * @param lifetime how long a lease lives without renewal
     */
    LeaseFiles(FileSystem fs, Path folder, String holder, Duration lifetime) {
        this.fs = fs;
        this.folder = folder;
        this.own = new Path(folder, holder + ".json");
        this.lifetime = lifetime;
    }

    /**
     * Another run's live lease.
     *
     * @param isHeld false while the run looks for others
     */
    record Other(Path path, boolean isHeld) {}

    /** The live leases of other runs. Removes expired ones. */
    List<Other> others() throws IOException {
        long now = fs.getFileStatus(own).getModificationTime();
        List<Other> others = new ArrayList<>();
        for (FileStatus file : fs.listStatus(folder)) {
            if (file.getPath().getName().equals(own.getName())) {
                continue;
            }
            JsonNode content = content(file.getPath());
            if (now - file.getModificationTime() > lifetime(content).toMillis()) {
                remove(file.getPath());
            } else {
                others.add(new Other(file.getPath(), content.path(HELD).asBoolean(content.isObject())));
            }
        }
        return others;
    }

    /** Another run that holds the lease. */
    Optional<Other> holder() throws IOException {
        return others().stream().filter(Other::isHeld).findFirst();
    }

    /** An expired lease that stays is expired. */
    private void remove(Path expired) {
        try {
            fs.delete(expired, false);
        } catch (IOException e) {
            LOG.debug("Cannot remove the expired lease {}", expired, e);
        }
    }

    /** What another run's file says; missing if it was removed meanwhile or is half written. */
    private JsonNode content(Path other) throws IOException {
        try (InputStream in = fs.open(other)) {
            return new ObjectMapper().readTree(in);
        } catch (FileNotFoundException | JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }

    /** The lifetime of another run's lease. Negative if the run gave it back. */
    private Duration lifetime(JsonNode content) {
        long seconds = content.path(SECONDS).asLong(0);
        return seconds == 0 ? lifetime : Duration.ofSeconds(seconds);
    }

    Path own() {
        return own;
    }

    boolean ownExists() throws IOException {
        return fs.exists(own);
    }

    /** @throws FileNotFoundException if this run's file was removed */
    void requireOwn() throws IOException {
        fs.getFileStatus(own);
    }

    /**
     * Writes this run's file, which renews it.
     *
     * @param isHeld false while this run looks for others
     */
    void write(boolean isHeld) throws IOException {
        write(isHeld, lifetime.toSeconds());
    }

    /** Writes that this run's lease has ended. */
    void markGivenBack() throws IOException {
        write(/* isHeld= */ false, GIVEN_BACK);
    }

    private void write(boolean isHeld, long seconds) throws IOException {
        String text = "{\"host\": \"" + host() + "\", \"pid\": "
                + ProcessHandle.current().pid() + ", \"" + SECONDS + "\": " + seconds + ", \"" + HELD + "\": " + isHeld
                + "}\n";
        try (OutputStream out = fs.create(own, true)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    void deleteOwn() throws IOException {
        fs.delete(own, false);
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown";
        }
    }
}
