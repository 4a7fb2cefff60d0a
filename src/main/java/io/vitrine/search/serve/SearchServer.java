package io.vitrine.search.serve;

import com.sun.net.httpserver.HttpServer;
import io.vitrine.ConfigurationException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A web server for this host only. It listens on the loopback address and reads {@value #THREADS} requests at a time; {@value
 * #WAITING} more wait, and others are turned away.
 */
public final class SearchServer implements AutoCloseable {
    private static final int THREADS = 4;
    private static final int WAITING = 16;
    private static final int BACKLOG = 32;

    private final HttpServer server;
    private final ExecutorService threads;

    private SearchServer(HttpServer server, ExecutorService threads) {
        this.server = server;
        this.threads = threads;
    }

    /**
     * Starts to serve.
     *
     * @param port 0 for a free one
     * @throws ConfigurationException if the port is taken, or out of range
     */
    public static SearchServer start(int port, SearchService service) {
        if (port < 0 || port > 65_535) {
            throw new ConfigurationException("--serve is " + port + ", but a port is a number from 0 to 65535.");
        }
        System.setProperty("sun.net.httpserver.maxReqTime", "60"); // seconds; read when the server's classes load
        System.setProperty("sun.net.httpserver.maxRspTime", "300");
        HttpServer server;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
        } catch (IOException e) {
            throw new ConfigurationException(
                    "Cannot listen on port " + port + ": " + e.getMessage() + ". Choose another, or 0 for a free one.",
                    e);
        }
        ExecutorService threads = new ThreadPoolExecutor(
                THREADS, THREADS, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING), task -> {
                    Thread thread = new Thread(task, "vitrine-serve");
                    thread.setDaemon(true);
                    return thread;
                });
        server.setExecutor(threads);
        server.createContext(
                "/",
                new SearchHandler(service, new LocalGuard(server.getAddress().getPort())));
        server.start();
        return new SearchServer(server, threads);
    }

    /** The address of its page. */
    public String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    }

    /** Ends, and gives requests under way two seconds. */
    @Override
    public void close() {
        server.stop(2);
        threads.shutdownNow();
    }
}
