package io.vitrine.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A server on loopback that answers every connection's first request with given bytes, whatever HTTP says. */
public final class RawServer implements AutoCloseable {
    private final ServerSocket server;
    private final Talk talk;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicInteger connections = new AtomicInteger();
    private final List<String> requests = new CopyOnWriteArrayList<>();

    /** What a server says on a connection after the request's head. */
    @FunctionalInterface
    public interface Talk {
        /** @param closed counted down when the server closes */
        void say(OutputStream out, CountDownLatch closed) throws IOException, InterruptedException;
    }

    private RawServer(ServerSocket server, Talk talk) {
        this.server = server;
        this.talk = talk;
    }

    /** Starts a server. */
    public static RawServer start(Talk talk) {
        try {
            RawServer raw = new RawServer(new ServerSocket(0, 100, InetAddress.getLoopbackAddress()), talk);
            daemon(raw::accept);
            return raw;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts a server that says {@code answer} and closes the connection. */
    public static RawServer saying(String answer) {
        return start((out, closed) -> out.write(answer.getBytes(StandardCharsets.ISO_8859_1)));
    }

    /** Starts a server that says {@code answer} and then nothing. */
    public static RawServer hangingAfter(String answer) {
        return start((out, closed) -> {
            out.write(answer.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            closed.await();
        });
    }

    public String address(String path) {
        return "http://127.0.0.1:" + server.getLocalPort() + path;
    }

    public int port() {
        return server.getLocalPort();
    }

    public int connections() {
        return connections.get();
    }

    /** The first lines of the requests. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "raw-server");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                connections.incrementAndGet();
                daemon(() -> serve(client));
            } catch (IOException e) {
                // closed
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            requests.add(head(client.getInputStream()).replaceFirst("(?s)\r\n.*", ""));
            talk.say(client.getOutputStream(), closed);
            client.getOutputStream().flush();
        } catch (IOException | InterruptedException e) {
            // the client has gone
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        for (int next = in.read(); next >= 0 && head.indexOf("\r\n\r\n") < 0; next = in.read()) {
            head.append((char) next);
            if (head.toString().endsWith("\r\n\r\n")) {
                break;
            }
        }
        return head.toString();
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
