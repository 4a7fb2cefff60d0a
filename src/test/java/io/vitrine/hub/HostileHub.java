package io.vitrine.hub;

import io.vitrine.checkpoint.JsonFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An HTTP server on loopback that does not keep to any rule. What it does is the organisation of the requested repository. */
final class HostileHub implements AutoCloseable {
    private static final String STANDARD = "X-Repo-Commit: " + "a".repeat(40) + "\r\nETag: \"abc\"\r\n";

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final ServerSocket other = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newCachedThreadPool();

    /** The Authorization headers that the other host has got. */
    final List<String> leaked = Collections.synchronizedList(new ArrayList<>());

    HostileHub() throws IOException {
        threads.execute(() -> serve(server));
        threads.execute(() -> serve(other));
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    private void serve(ServerSocket from) {
        while (!from.isClosed()) {
            try {
                Socket socket = from.accept();
                threads.execute(() -> answer(socket, from == other));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void answer(Socket socket, boolean isOther) {
        try (socket;
                BufferedReader in = new BufferedReader(
                        new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
                OutputStream out = socket.getOutputStream()) {
            String request = in.readLine();
            for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                if (isOther && line.toLowerCase(Locale.ROOT).startsWith("authorization")) {
                    leaked.add(line);
                }
            }
            if (request != null && !isOther) {
                misbehave(request, out);
            } else {
                write(out, "HTTP/1.1 200 OK\r\n" + STANDARD + "Content-Length: 2\r\nConnection: close\r\n\r\n{}");
            }
        } catch (IOException e) {
            // the client has given up
        }
    }

    /** Answers a request of a list of files. */
    private void list(String path, OutputStream out) throws IOException {
        if (path.startsWith("/api/models/drip/")) { // a chunk's size that never ends holds a single read
            write(out, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n");
            waitForTheClient(out, "0");
        } else if (path.startsWith("/api/models/slow/")) {
            ok(out, "", 1 << 20, "");
            waitForTheClient(out, " ");
        } else {
            ok(out, "", JsonFile.MAX_BYTES + 1L, " ".repeat(JsonFile.MAX_BYTES + 1));
        }
    }

    private void misbehave(String request, OutputStream out) throws IOException {
        boolean head = request.startsWith("HEAD");
        String path = request.split(" ")[1];
        if (path.startsWith("/api/")) {
            list(path, out);
            return;
        }
        switch (path.split("/")[1]) {
            case "file" -> redirect(out, "file:///etc/passwd");
            case "metadata" -> redirect(out, "http://169.254.169.254/latest/meta-data/");
            case "mapped" -> redirect(out, "http://[::ffff:169.254.169.254]/latest/meta-data/");
            case "user" -> redirect(out, endpoint() + "@127.0.0.1:" + other.getLocalPort() + "/leak/x");
            case "other" -> redirect(out, "http://127.0.0.1:" + other.getLocalPort() + "/leak/x");
            case "loop" -> redirect(out, path);
            case "etag" -> ok(out, STANDARD.replace("abc", "../../../PWNED"), 2, head ? "" : "{}");
            case "commit" -> ok(out, STANDARD.replace("a".repeat(40), "../../PWNED"), 2, head ? "" : "{}");
            case "huge" -> ok(out, STANDARD, 999_999_999_999_999_999L, head ? "" : "{\"a\":");
            case "garbage" -> write(out, "\0\1\2\3\r\n\r\n");
            case "silence" -> waitForTheClient(out, "");
            case "headers" -> {
                write(out, "HTTP/1.1 200 OK\r\nX-A: ");
                waitForTheClient(out, "x");
            }
            case "trickle" -> {
                ok(out, STANDARD, 5000, "");
                if (!head) {
                    waitForTheClient(out, " ");
                }
            }
            case "endless" -> {
                ok(out, STANDARD, 100, "");
                if (!head) {
                    waitForTheClient(out, " ".repeat(4096));
                }
            }
            default -> write(out, "HTTP/1.1 500 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        }
    }

    private static void redirect(OutputStream out, String location) throws IOException {
        write(
                out,
                "HTTP/1.1 302 Found\r\n" + STANDARD + "Content-Length: 0\r\nConnection: close\r\nLocation: " + location
                        + "\r\n\r\n");
    }

    private static void ok(OutputStream out, String headers, long length, String body) throws IOException {
        write(
                out,
                "HTTP/1.1 200 OK\r\n" + headers + "Content-Length: " + length + "\r\nConnection: close\r\n\r\n" + body);
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    /** Sends {@code text} again and again until the client closes the connection. */
    private void waitForTheClient(OutputStream out, String text) throws IOException {
        while (!server.isClosed()) {
            write(out, text);
            try {
                threads.awaitTermination(20, java.util.concurrent.TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        other.close();
        threads.shutdownNow();
    }
}
