package io.vitrine.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32;

/**
 * An S3 store whose keys are any text, as Amazon's are; S3Proxy keeps objects as files, so it has no key {@code a//b}. Reads only,
 * without authentication: lists (versions 1 and 2, in pages of three), and serves whole objects and ranges.
 */
public final class ExactKeyStore implements AutoCloseable {
    private static final int PAGE = 3;

    /** How keys are written in a listing. */
    public enum Listing {
        /** As the request asks. */
        ENCODED_ON_REQUEST,
        /** As they are, whatever the request asks. */
        ALWAYS_PLAIN,
        /** As the request asks, in pages that go on and do not say where. */
        WITHOUT_NEXT_PAGE,
        /** As the request asks, and only the first page says where the next one starts. */
        ONE_NEXT_PAGE
    }

    private final HttpServer server;
    private final Listing listing;
    private final NavigableMap<String, byte[]> objects = new TreeMap<>();
    private final AtomicInteger lists = new AtomicInteger();
    private final AtomicLong served = new AtomicLong();
    private final Set<String> archived = new HashSet<>();
    private final Set<String> deleted = new HashSet<>();
    private final Set<String> queries = ConcurrentHashMap.newKeySet();
    private volatile boolean requesterPays;

    private ExactKeyStore(HttpServer server, Listing listing) {
        this.server = server;
        this.listing = listing;
    }

    /** Starts an empty store. */
    public static ExactKeyStore start(Listing listing) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            ExactKeyStore store = new ExactKeyStore(server, listing);
            server.createContext("/", store::answer);
            server.setExecutor(Executors.newCachedThreadPool(task -> {
                Thread thread = new Thread(task, "exact-key-store");
                thread.setDaemon(true);
                return thread;
            }));
            server.start();
            return store;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Adds an object. The store serves all objects in every bucket. */
    public void put(String key, byte[] bytes) {
        objects.put(key, bytes);
    }

    /** Adds an object that is listed, and must be restored before it is read, as those of S3 Glacier. */
    public void putArchived(String key, byte[] bytes) {
        put(key, bytes);
        archived.add(key);
    }

    /** Leaves a delete marker as the newest version of a key, as in a bucket with versions. */
    public void markDeleted(String key) {
        deleted.add(key);
        objects.remove(key);
    }

    /** Refuses requests that do not agree to pay. */
    public void requireRequesterPays() {
        requesterPays = true;
    }

    /** The names of parameters that requests had. */
    public Set<String> parameters() {
        return queries;
    }

    /** The bytes of objects that were served so far. */
    public long served() {
        return served.get();
    }

    /** The listing requests so far. */
    public int lists() {
        return lists.get();
    }

    /** Hadoop settings that lead to this store. */
    public Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put(
                "fs.s3a.endpoint", "http://127.0.0.1:" + server.getAddress().getPort());
        settings.put("fs.s3a.endpoint.region", "us-east-1");
        settings.put("fs.s3a.path.style.access", "true");
        settings.put("fs.s3a.connection.ssl.enabled", "false");
        settings.put("fs.s3a.access.key", "key");
        settings.put("fs.s3a.secret.key", "secret");
        return settings;
    }

    private void answer(HttpExchange exchange) throws IOException {
        String raw = exchange.getRequestURI().getRawPath();
        int slash = raw.indexOf('/', 1);
        String key = slash < 0 ? "" : URLDecoder.decode(raw.substring(slash + 1).replace("+", "%2B"), UTF_8);
        query(exchange).keySet().forEach(queries::add);
        if (requesterPays && !"requester".equals(exchange.getRequestHeaders().getFirst("x-amz-request-payer"))) {
            respond(exchange, 403, error("AccessDenied", "Access Denied"));
        } else if (archived.contains(key) && exchange.getRequestMethod().equals("GET")) {
            respond(
                    exchange,
                    403,
                    error("InvalidObjectState", "The operation is not valid for the object's storage class"));
        } else if (deleted.contains(key)) {
            exchange.getResponseHeaders().add("x-amz-delete-marker", "true");
            respond(exchange, 404, error("NoSuchKey", "The specified key does not exist."));
        } else if (key.isEmpty()) {
            respond(exchange, 200, list(query(exchange)).getBytes(UTF_8));
        } else if (objects.containsKey(key)) {
            serve(exchange, objects.get(key));
        } else {
            respond(exchange, 404, error("NoSuchKey", "The specified key does not exist."));
        }
    }

    private static byte[] error(String code, String message) {
        return ("<Error><Code>" + code + "</Code><Message>" + message + "</Message></Error>").getBytes(UTF_8);
    }

    private static Map<String, String> query(HttpExchange exchange) {
        Map<String, String> query = new HashMap<>();
        String text = String.valueOf(exchange.getRequestURI().getRawQuery());
        for (String pair : text.split("&")) {
            String[] parts = pair.split("=", 2);
            query.put(parts[0], parts.length == 1 ? "" : URLDecoder.decode(parts[1], UTF_8));
        }
        return query;
    }

    private String list(Map<String, String> query) {
        lists.incrementAndGet();
        boolean encode = listing != Listing.ALWAYS_PLAIN && "url".equals(query.get("encoding-type"));
        String prefix = query.getOrDefault("prefix", "");
        Map<String, String> entries = entries(prefix, query.getOrDefault("delimiter", ""), encode);
        boolean isVersion2 = "2".equals(query.get("list-type"));
        String from = isVersion2 ? token(query) : query.getOrDefault("marker", "");
        List<String> names = new ArrayList<>(entries.keySet().stream()
                .filter(name -> name.compareTo(from) > 0)
                .toList());
        boolean truncated = names.size() > PAGE;
        List<String> page = truncated ? names.subList(0, PAGE) : names;
        StringBuilder xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?><ListBucketResult>");
        xml.append(encode ? "<EncodingType>url</EncodingType>" : "");
        xml.append("<IsTruncated>").append(truncated).append("</IsTruncated>");
        boolean says = listing != Listing.WITHOUT_NEXT_PAGE && (listing != Listing.ONE_NEXT_PAGE || from.isEmpty());
        if (truncated && isVersion2 && says) {
            String token = HexFormat.of().formatHex(page.get(PAGE - 1).getBytes(UTF_8));
            xml.append("<NextContinuationToken>").append(token).append("</NextContinuationToken>");
        } else if (truncated && query.containsKey("delimiter") && says) {
            xml.append("<NextMarker>").append(text(page.get(PAGE - 1), encode)).append("</NextMarker>");
        }
        page.forEach(name -> xml.append(entries.get(name)));
        return xml.append("</ListBucketResult>").toString();
    }

    /** The key that a page of version 2 starts after; nothing for a token that is not the store's, as AWS' SDK makes them up. */
    private static String token(Map<String, String> query) {
        try {
            return new String(HexFormat.of().parseHex(query.getOrDefault("continuation-token", "")), UTF_8);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    /** The XML of each key or common prefix. */
    private NavigableMap<String, String> entries(String prefix, String delimiter, boolean encode) {
        NavigableMap<String, String> entries = new TreeMap<>();
        for (Map.Entry<String, byte[]> object : objects.tailMap(prefix).entrySet()) {
            String key = object.getKey();
            if (!key.startsWith(prefix)) {
                break;
            }
            int end = delimiter.isEmpty() ? -1 : key.indexOf(delimiter, prefix.length());
            if (end >= 0) {
                String common = key.substring(0, end + delimiter.length());
                entries.put(common, "<CommonPrefixes><Prefix>" + text(common, encode) + "</Prefix></CommonPrefixes>");
            } else {
                entries.put(
                        key,
                        "<Contents><Key>" + text(key, encode)
                                + "</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>"
                                + etag(object.getValue()) + "</ETag><Size>" + object.getValue().length
                                + "</Size></Contents>");
            }
        }
        return entries;
    }

    private static String text(String key, boolean encode) {
        return encode
                ? URLEncoder.encode(key, UTF_8)
                : key.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static String etag(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        return HexFormat.of().toHexDigits(crc.getValue());
    }

    private void serve(HttpExchange exchange, byte[] bytes) throws IOException {
        exchange.getResponseHeaders().add("ETag", '"' + etag(bytes) + '"');
        exchange.getResponseHeaders().add("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT");
        String range = exchange.getRequestHeaders().getFirst("Range");
        boolean get = exchange.getRequestMethod().equals("GET");
        if (range == null) {
            served.addAndGet(get ? bytes.length : 0);
            respond(exchange, 200, bytes);
            return;
        }
        String[] ends = range.replace("bytes=", "").split("-", -1);
        int from = Integer.parseInt(ends[0]);
        int to = ends[1].isEmpty() ? bytes.length : Math.min(bytes.length, Integer.parseInt(ends[1]) + 1);
        served.addAndGet(get ? to - from : 0);
        exchange.getResponseHeaders().add("Content-Range", "bytes " + from + "-" + (to - 1) + "/" + bytes.length);
        respond(exchange, 206, Arrays.copyOfRange(bytes, from, to));
    }

    private static void respond(HttpExchange exchange, int status, byte[] body) throws IOException {
        boolean head = exchange.getRequestMethod().equals("HEAD");
        if (head) {
            exchange.getResponseHeaders().add("Content-Length", Integer.toString(body.length));
        }
        exchange.sendResponseHeaders(status, head || body.length == 0 ? -1 : body.length);
        if (!head) {
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        }
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
