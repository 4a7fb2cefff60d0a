package io.vitrine.testkit;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * An HTTP proxy on loopback before a store, which injects faults by rules. Which requests are hit depends on the seed, the request and
 * how often it was sent before, and not on the order of threads.
 */
public final class FaultProxy implements AutoCloseable {
    private final ServerSocket server;
    private final URI store;
    private final long seed;
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "fault-proxy");
        thread.setDaemon(true);
        return thread;
    });
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final Map<String, Integer> sent = new ConcurrentHashMap<>(); // by request line
    private final ConcurrentLinkedQueue<String> faulty = new ConcurrentLinkedQueue<>();
    private volatile List<Rule> rules = List.of();
    private volatile boolean down;

    /**
     * Injects a fault into a share of the requests.
     *
     * @param request a regular expression that "METHOD /path?query" contains
     * @param share from 0 to 1
     */
    public record Rule(Pattern request, Fault fault, double share) {
        /** The fault in every request that contains {@code request}. */
        public static Rule always(String request, Fault fault) {
            return of(request, fault, 1);
        }

        /** The fault in a share of the requests that contain {@code request}. */
        public static Rule of(String request, Fault fault, double share) {
            return new Rule(Pattern.compile(request), fault, share);
        }
    }

    private FaultProxy(ServerSocket server, URI store, long seed) {
        this.server = server;
        this.store = store;
        this.seed = seed;
    }

    /** Starts a proxy before the store at {@code endpoint}, without faults. */
    public static FaultProxy start(String endpoint, long seed) {
        try {
            FaultProxy proxy = new FaultProxy(
                    new ServerSocket(0, 200, InetAddress.getLoopbackAddress()), URI.create(endpoint), seed);
            proxy.threads.execute(proxy::accept);
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where clients find the proxy. */
    public String endpoint() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    /**
     * Settings of an S3A client that uses the proxy, next to those of the store. It tries as often as with Vitrine's own settings,
     * with shorter waits.
     */
    public Map<String, String> clientSettings() {
        return Map.of(
                "fs.s3a.endpoint", endpoint(),
                "fs.s3a.attempts.maximum", "1",
                "fs.s3a.retry.limit", "6",
                "fs.s3a.retry.interval", "10ms",
                "fs.s3a.retry.throttle.limit", "6",
                "fs.s3a.retry.throttle.interval", "10ms",
                "fs.s3a.connection.timeout", "1500");
    }

    /** Replaces the rules; the first that hits a request counts. */
    public void inject(Rule... faults) {
        rules = List.of(faults);
        sent.clear();
        faulty.clear();
    }

    /** The store is gone: each connection is reset. */
    public void shutDown() {
        down = true;
        connections.forEach(FaultProxy::reset);
    }

    /** The store is back. */
    public void bringBack() {
        down = false;
    }

    /** How many requests that contain {@code text} were hit since the rules were set. */
    public long hits(String text) {
        return faulty.stream().filter(request -> request.contains(text)).count();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                if (down) {
                    reset(client);
                } else {
                    threads.execute(() -> serve(client));
                }
            } catch (IOException e) {
                // closed
            }
        }
    }

    private void serve(Socket client) {
        connections.add(client);
        try (client;
                InputStream in = new BufferedInputStream(client.getInputStream());
                OutputStream out = client.getOutputStream()) {
            boolean open = true;
            while (open && !down) {
                Optional<HttpMessage> request = HttpMessage.request(in, out);
                open = request.isPresent() && answer(client, request.get(), out);
            }
        } catch (IOException | InterruptedException e) {
            // the client or this proxy has closed the connection
        } finally {
            connections.remove(client);
        }
    }

    /** Returns whether the connection stays open. */
    private boolean answer(Socket client, HttpMessage request, OutputStream out)
            throws IOException, InterruptedException {
        Optional<Fault> fault = fault(request);
        if (fault.isEmpty()) {
            return send(pass(request), out);
        }
        faulty.add(request.start());
        return switch (fault.get()) {
            case STATUS_500 -> send(error(500, "InternalError", request), out);
            case STATUS_503 -> send(error(503, "SlowDown", request), out);
            case STATUS_403 -> send(error(403, "AccessDenied", request), out);
            case EXPIRED_TOKEN -> send(error(400, "ExpiredToken", request), out);
            case RESET_BEFORE -> {
                reset(client);
                yield false;
            }
            case RESET_MIDDLE -> {
                sendHalf(pass(request), out);
                reset(client);
                yield false;
            }
            case SHORT_BODY -> {
                sendHalf(pass(request), out);
                yield false;
            }
            case WRONG_LENGTH -> {
                HttpMessage whole = pass(request);
                yield send(whole.withBody(half(whole.body())), out);
            }
            case SLOW_FIRST_BYTE -> {
                closed.await(1, TimeUnit.SECONDS);
                yield send(pass(request), out);
            }
            case SILENCE -> {
                closed.await();
                yield false;
            }
            case STALL -> {
                sendHalf(pass(request), out);
                closed.await();
                yield false;
            }
            case DOWN -> {
                shutDown();
                yield false;
            }
            case TRICKLE -> {
                trickle(pass(request), out);
                yield true;
            }
        };
    }

    private Optional<Fault> fault(HttpMessage request) {
        String line = request.start().replaceFirst(" HTTP/.*", "");
        int times = sent.merge(line, 1, Integer::sum);
        SplittableRandom random = new SplittableRandom(seed * 31 + line.hashCode() * 1_000_003L + times);
        for (Rule rule : rules) {
            if (rule.request.matcher(line).find() && random.nextDouble() < rule.share) {
                return Optional.of(rule.fault);
            }
        }
        return Optional.empty();
    }

    /** The store's answer. */
    private HttpMessage pass(HttpMessage request) throws IOException {
        try (Socket upstream = new Socket(store.getHost(), store.getPort())) {
            upstream.getOutputStream().write(request.head("Connection: close"));
            upstream.getOutputStream().write(request.body());
            return HttpMessage.answer(
                    new BufferedInputStream(upstream.getInputStream()),
                    request.start().replaceFirst(" .*", ""));
        }
    }

    private static HttpMessage error(int status, String code, HttpMessage request) {
        byte[] body = request.start().startsWith("HEAD ")
                ? new byte[0]
                : String.format(
                                "<?xml version=\"1.0\"?><Error><Code>%s</Code><Message>injected</Message>"
                                        + "<RequestId>FAULT</RequestId></Error>",
                                code)
                        .getBytes(StandardCharsets.UTF_8);
        return new HttpMessage("HTTP/1.1 " + status + " X", List.of("x-amz-request-id: FAULT"), new byte[0])
                .withBody(body);
    }

    private static boolean send(HttpMessage answer, OutputStream out) throws IOException {
        out.write(answer.head());
        out.write(answer.body());
        return true;
    }

    private static void sendHalf(HttpMessage answer, OutputStream out) throws IOException {
        out.write(answer.head());
        out.write(half(answer.body()));
        out.flush();
    }

    private static byte[] half(byte[] body) {
        return Arrays.copyOf(body, body.length / 2);
    }

    private void trickle(HttpMessage answer, OutputStream out) throws IOException, InterruptedException {
        out.write(answer.head());
        for (byte next : answer.body()) {
            out.write(next);
            if (closed.await(1, TimeUnit.SECONDS)) {
                return;
            }
        }
    }

    private static void reset(Socket client) {
        try {
            client.setSoLinger(true, 0); // the other side sees a reset instead of an end
            client.close();
        } catch (IOException e) {
            // closed already
        }
    }

    @Override
    public void close() {
        closed.countDown();
        threads.shutdownNow();
        connections.forEach(FaultProxy::reset);
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
