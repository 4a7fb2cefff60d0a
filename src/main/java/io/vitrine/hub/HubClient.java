package io.vitrine.hub;

import io.vitrine.ModelException;
import io.vitrine.RunInterruptedException;
import io.vitrine.VitrineException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * The Hub's HTTP interface: {@code ENDPOINT/REPOSITORY/resolve/REVISION/FILE}. Follows redirects, and shows the token to
 * nobody but the endpoint.
 */
final class HubClient {
    private static final int CONNECT_MILLIS = 10_000;
    private static final int READ_MILLIS = 30_000;
    private static final int MAX_REDIRECTS = 10;
    private static final List<Integer> REDIRECTS = List.of(301, 302, 303, 307, 308);

    private static final int ATTEMPTS = 3;

    private final HubSettings settings;
    private final long pauseMillis;

    /**
     * @param pauseMillis before the second attempt of a request; doubled before each later one
     */
    HubClient(HubSettings settings, long pauseMillis) {
        this.settings = settings;
        this.pauseMillis = pauseMillis;
    }

    /**
     * What the Hub says of a file; empty if the repository has none of this name.
     *
     * @throws VitrineException if there is no such repository or revision, or it may not be read
     * @throws IOException if the Hub cannot be reached, or fails
     */
    Optional<HubFileInfo> head(HubCheckpointId name, String file) throws IOException {
        HttpURLConnection answer = head(address(name, file));
        int status = answer.getResponseCode();
        if (status == 404 && "EntryNotFound".equals(answer.getHeaderField("X-Error-Code"))) {
            return Optional.empty();
        }
        if (status != 200 && !REDIRECTS.contains(status)) {
            throw refused(answer, name);
        }
        String etag =
                first(answer, "X-Linked-Etag", "ETag").replaceFirst("^W/", "").replace("\"", "");
        String size = first(answer, "X-Linked-Size", "Content-Length");
        return Optional.of(new HubFileInfo(
                answer.getHeaderField("X-Repo-Commit") == null ? "" : answer.getHeaderField("X-Repo-Commit"),
                etag,
                size.matches("[0-9]{1,18}") ? Long.parseLong(size) : -1));
    }

    /** Asks again where the network or the Hub failed for a moment. */
    private HttpURLConnection head(URI address) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                HttpURLConnection answer = open("HEAD", address, -1, true);
                if (answer.getResponseCode() < 500 && answer.getResponseCode() != 429 || attempt == ATTEMPTS) {
                    return answer;
                }
            } catch (IOException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
            pause(pauseMillis << attempt - 1);
        }
    }

    /** Waits before another attempt. */
    static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RunInterruptedException("Interrupted while waiting for the Hub", e);
        }
    }

    /** The file's contents from byte {@code from} on, if the answer's status is 206, else from its beginning. */
    HttpURLConnection get(HubCheckpointId name, String file, long from) throws IOException {
        HttpURLConnection answer = open("GET", address(name, file), from, false);
        int status = answer.getResponseCode();
        if (status != 200 && status != 206 && status != 416) {
            throw refused(answer, name);
        }
        return answer;
    }

    private URI address(HubCheckpointId name, String file) {
        return URI.create(settings.endpoint() + "/" + name.repository() + "/resolve/"
                + name.revision().replace("/", "%2F") + "/" + file);
    }

    /**
     * @param from the first byte wanted, or -1 for all
     * @param stay whether to stop at a redirect that leaves the endpoint: its headers say what the file is
     */
    private HttpURLConnection open(String method, URI address, long from, boolean stay) throws IOException {
        URI at = address;
        for (int i = 0; i < MAX_REDIRECTS; i++) {
            HttpURLConnection connection = (HttpURLConnection) at.toURL().openConnection();
            connection.setRequestMethod(method);
            connection.setInstanceFollowRedirects(false);
            connection.setConnectTimeout(CONNECT_MILLIS);
            connection.setReadTimeout(READ_MILLIS);
            connection.setRequestProperty("User-Agent", "vitrine");
            connection.setRequestProperty("Accept-Encoding", "identity");
            boolean home = isEndpoint(at);
            if (home && settings.token().isPresent()) {
                connection.setRequestProperty(
                        "Authorization", "Bearer " + settings.token().get());
            }
            if (from > 0) {
                connection.setRequestProperty("Range", "bytes=" + from + "-");
            }
            int status = connection.getResponseCode();
            String location = connection.getHeaderField("Location");
            if (!REDIRECTS.contains(status) || location == null) {
                return connection;
            }
            URI next = resolved(at, location);
            if (!"http".equals(next.getScheme()) && !"https".equals(next.getScheme())) {
                throw new IOException(at + " redirects to " + location);
            }
            if (stay && (!isEndpoint(next) || connection.getHeaderField("X-Linked-Etag") != null)) {
                return connection; // this answer says what the file is, the next would not
            }
            at = next;
        }
        throw new IOException(address + " redirects more than " + MAX_REDIRECTS + " times");
    }

    private static URI resolved(URI at, String location) throws IOException {
        try {
            return at.resolve(location);
        } catch (IllegalArgumentException e) {
            throw new IOException(at + " redirects to something that is no address", e);
        }
    }

    private boolean isEndpoint(URI address) {
        URI endpoint = settings.endpoint();
        return endpoint.getScheme().equals(address.getScheme())
                && endpoint.getAuthority().equalsIgnoreCase(address.getAuthority());
    }

    private static String first(HttpURLConnection answer, String name, String otherwise) {
        String value = answer.getHeaderField(name);
        if (value == null) {
            value = answer.getHeaderField(otherwise);
        }
        return value == null ? "" : value;
    }

    /** Statuses that waiting may mend are an IOException. */
    private Exception fault(HttpURLConnection answer, HubCheckpointId name) throws IOException {
        int status = answer.getResponseCode();
        if (!isEndpoint(URI.create(
                answer.getURL().getProtocol() + "://" + answer.getURL().getAuthority()))) {
            return new IOException(
                    "status " + status + " from " + answer.getURL().getHost());
        }
        String code = answer.getHeaderField("X-Error-Code");
        String page = settings.endpoint() + "/" + name.repository();
        String token = settings.token().isPresent()
                ? "use a token in HF_TOKEN that may read it (the one in use may not)"
                : "set HF_TOKEN";
        if ("GatedRepo".equals(code)) {
            return new ModelException(
                    name + " is gated: accept its terms on " + page + " and " + token + " (status " + status + ").");
        }
        if ("RevisionNotFound".equals(code)) {
            return new ModelException("The Hub's " + name.repository() + " has no revision '" + name.revision()
                    + "'. See " + page + " for its branches and tags.");
        }
        if (status == 401 || status == 403 || status == 404) {
            return new ModelException("No checkpoint " + name + " at " + settings.endpoint() + " (status " + status
                    + "), and no local folder of this name. Check the name; if it is private, " + token + ".");
        }
        return new IOException("status " + status + " from " + answer.getURL().getHost());
    }

    private VitrineException refused(HttpURLConnection answer, HubCheckpointId name) throws IOException {
        Exception fault = fault(answer, name);
        if (fault instanceof VitrineException refusal) {
            return refusal;
        }
        throw (IOException) fault;
    }
}
