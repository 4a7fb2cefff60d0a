package io.vitrine.hub;

import io.vitrine.ModelException;
import io.vitrine.RunInterruptedException;
import io.vitrine.StorageException;
import io.vitrine.VitrineException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The Hub's HTTP interface, {@code ENDPOINT/REPOSITORY/resolve/REVISION/FILE}. Only the endpoint sees the token. */
final class HubClient {
    private static final int CONNECT_MILLIS = 10_000;
    private static final int READ_MILLIS = 30_000;
    private static final int MAX_REDIRECTS = 10;
    private static final List<Integer> REDIRECTS = List.of(301, 302, 303, 307, 308);

    /** What a path may hold as it is. */
    private static final String PLAIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";

    private static final int ATTEMPTS = 3;

    private final HubSettings settings;
    private final HubPace pace;
    private final Redirects redirects;

    HubClient(HubSettings settings, HubPace pace) {
        this.settings = settings;
        this.pace = pace;
        this.redirects = new Redirects(settings.endpoint());
    }

    /**
     * Describes a file; empty if the repository has none of that name.
     *
     * @throws VitrineException if there is no such repository or revision, or it may not be read
     * @throws IOException if the Hub cannot be reached, or fails
     */
    Optional<HubFileInfo> info(HubCheckpointId id, String file) throws IOException {
        HttpURLConnection answer = request("HEAD", address(id, file));
        int status = answer.getResponseCode();
        if (status == 404 && "EntryNotFound".equals(answer.getHeaderField("X-Error-Code"))) {
            return Optional.empty();
        }
        if (status != 200 && !REDIRECTS.contains(status)) {
            throw refused(answer, id);
        }
        String etag =
                first(answer, "X-Linked-Etag", "ETag").replaceFirst("^W/", "").replace("\"", "");
        String size = first(answer, "X-Linked-Size", "Content-Length");
        return Optional.of(new HubFileInfo(
                answer.getHeaderField("X-Repo-Commit") == null ? "" : answer.getHeaderField("X-Repo-Commit"),
                etag,
                size.matches("[0-9]{1,18}") ? Long.parseLong(size) : -1));
    }

    /** Repeats the request if the network or the Hub fails. */
    private HttpURLConnection request(String method, URI address) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                HttpURLConnection answer = open(method, address, -1, method.equals("HEAD"));
                int status = answer.getResponseCode();
                if ((status < 500 && status != 429) || attempt == ATTEMPTS) {
                    return answer;
                }
            } catch (IOException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
            pause(pace.pauseMillis() << (attempt - 1));
        }
    }

    static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RunInterruptedException("Interrupted while waiting for the Hub", e);
        }
    }

    /** Asks for the file's contents from byte {@code from} on. The answer begins there if its status is 206, else at byte 0. */
    HttpURLConnection get(HubCheckpointId id, String file, long from) throws IOException {
        HttpURLConnection answer = open("GET", address(id, file), from, false);
        int status = answer.getResponseCode();
        if (status != 200 && status != 206 && status != 416) {
            throw refused(answer, id);
        }
        return answer;
    }

    /**
     * The names of a revision's files; none if the endpoint lists no files, as some mirrors.
     *
     * @throws VitrineException if the list is too large
     * @throws IOException if the Hub cannot be reached or fails, or its list is damaged or too slow
     */
    List<String> fileNames(HubCheckpointId id) throws IOException {
        URI address = URI.create(settings.endpoint() + "/api/models/" + id.repository() + "/revision/"
                + id.revision().replace("/", "%2F"));
        HttpURLConnection answer = request("GET", address);
        int status = answer.getResponseCode();
        if (status == 401 || status == 403 || status == 404) {
            return List.of();
        }
        if (status != 200) {
            throw new IOException("status " + status + " from " + address);
        }
        return HubFileList.names(answer, id, pace.answer());
    }

    private URI address(HubCheckpointId id, String file) {
        return URI.create(settings.endpoint() + "/" + id.repository() + "/resolve/"
                + id.revision().replace("/", "%2F") + "/" + encoded(file));
    }

    /** Every byte of the name's UTF-8 that is not plain as %XX. The name keeps its form of Unicode, composed or not. */
    private static String encoded(String file) {
        StringBuilder encoded = new StringBuilder();
        for (byte octet : file.getBytes(StandardCharsets.UTF_8)) {
            if (PLAIN.indexOf(octet) >= 0) {
                encoded.append((char) octet);
            } else {
                encoded.append(String.format(Locale.ROOT, "%%%02X", octet & 0xFF));
            }
        }
        return encoded.toString();
    }

    /**
     * @param from first byte to send, or -1 for all
     * @param describeOnly whether to stop at a redirect to another host, whose headers describe the file
     */
    private HttpURLConnection open(String method, URI address, long from, boolean describeOnly) throws IOException {
        URI at = address;
        for (int i = 0; i < MAX_REDIRECTS; i++) {
            HttpURLConnection connection = (HttpURLConnection) at.toURL().openConnection();
            connection.setRequestMethod(method);
            connection.setInstanceFollowRedirects(false);
            connection.setConnectTimeout(CONNECT_MILLIS);
            connection.setReadTimeout(READ_MILLIS);
            connection.setRequestProperty("User-Agent", "vitrine");
            connection.setRequestProperty("Accept-Encoding", "identity");
            if (isEndpoint(at) && settings.token().isPresent()) {
                connection.setRequestProperty(
                        "Authorization", "Bearer " + settings.token().get());
            }
            if (from > 0) {
                connection.setRequestProperty("Range", "bytes=" + from + "-");
            }
            int status = AnswerTimer.status(connection, pace.answer());
            String location = connection.getHeaderField("Location");
            if (!REDIRECTS.contains(status) || location == null) {
                return connection;
            }
            URI next = redirects.follow(at, location);
            if (describeOnly && (!isEndpoint(next) || connection.getHeaderField("X-Linked-Etag") != null)) {
                return connection; // only this answer describes the file
            }
            at = next;
        }
        throw new IOException(address + " redirects more than " + MAX_REDIRECTS + " times");
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

    /**
     * The fault behind an answer's status.
     *
     * @throws IOException if a retry can help
     */
    private VitrineException refused(HttpURLConnection answer, HubCheckpointId id) throws IOException {
        int status = answer.getResponseCode();
        URL url = answer.getURL();
        if (isEndpoint(URI.create(url.getProtocol() + "://" + url.getAuthority()))) {
            String code = answer.getHeaderField("X-Error-Code");
            String page = settings.endpoint() + "/" + id.repository();
            String token = settings.token().isPresent()
                    ? "use a token in HF_TOKEN that may read it (the one in use may not)"
                    : "set HF_TOKEN";
            if ("GatedRepo".equals(code)) {
                return new StorageException(
                        StorageException.Outlook.PERMANENT,
                        id + " is gated: accept its terms on " + page + " and " + token + " (status " + status + ").");
            }
            if ("RevisionNotFound".equals(code)) {
                return new ModelException("The Hub's " + id.repository() + " has no revision '" + id.revision()
                        + "'. See " + page + " for its branches and tags.");
            }
            if (status == 401 || status == 403 || status == 404) {
                return new ModelException("No checkpoint " + id + " at " + settings.endpoint() + " (status " + status
                        + "), and no local folder of this name. Check the name; if it is private, " + token + ".");
            }
        }
        throw new IOException("status " + status + " from " + url.getHost());
    }
}
