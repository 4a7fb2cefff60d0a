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
        connections.forEach(FaultyExchange::reset);
    }

    /** The store is back. */
    public void bringBack() {
        down = false;
    }

    /** How many requests contained {@code text}, as "METHOD /path?query", since the rules were set. */
    public long requests(String text) {
        return sent.entrySet().stream()
                .filter(request -> request.getKey().contains(text))
                .mapToLong(Map.Entry::getValue)
                .sum();
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
                    FaultyExchange.reset(client);
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
            FaultyExchange exchange = new FaultyExchange(client, out, store, closed);
            boolean open = true;
            while (open && !down) {
                Optional<HttpMessage> request = HttpMessage.request(in, out);
                open = request.isPresent() && answer(exchange, request.get());
            }
        } catch (IOException | InterruptedException e) {
            // the client or this proxy has closed the connection
        } finally {
            connections.remove(client);
        }
    }

    /** Returns whether the connection stays open. */
    private boolean answer(FaultyExchange exchange, HttpMessage request) throws IOException, InterruptedException {
        Optional<Fault> fault = fault(request);
        fault.ifPresent(hit -> faulty.add(request.start()));
        if (fault.equals(Optional.of(Fault.DOWN))) {
            shutDown();
            return false;
        }
        return exchange.answer(request, fault);
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

    @Override
    public void close() {
        closed.countDown();
        threads.shutdownNow();
        connections.forEach(FaultyExchange::reset);
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
