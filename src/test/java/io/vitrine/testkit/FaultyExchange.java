package io.vitrine.testkit;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One connection of a client to a {@link FaultProxy}: gets the store's answers, and spoils them. */
final class FaultyExchange {
    private final Socket client;
    private final OutputStream out;
    private final URI store;
    private final CountDownLatch closed;

    /** @param closed counted down when the proxy is closed, which ends every wait */
    FaultyExchange(Socket client, OutputStream out, URI store, CountDownLatch closed) {
        this.client = client;
        this.out = out;
        this.store = store;
        this.closed = closed;
    }

    /**
     * Answers a request.
     *
     * @param fault what goes wrong; empty for the store's own answer
     * @return whether the connection stays open
     */
    boolean answer(HttpMessage request, Optional<Fault> fault) throws IOException, InterruptedException {
        if (fault.isEmpty()) {
            return send(pass(request));
        }
        return switch (fault.get()) {
            case STATUS_500 -> send(error(500, "InternalError", request));
            case STATUS_503 -> send(error(503, "SlowDown", request));
            case STATUS_403 -> send(error(403, "AccessDenied", request));
            case EXPIRED_TOKEN -> send(error(400, "ExpiredToken", request));
            case RESET_BEFORE -> {
                reset(client);
                yield false;
            }
            case RESET_MIDDLE -> {
                sendHalf(pass(request));
                reset(client);
                yield false;
            }
            case SHORT_BODY -> {
                sendHalf(pass(request));
                yield false;
            }
            case WRONG_LENGTH -> {
                HttpMessage whole = pass(request);
                yield send(whole.withBody(half(whole.body())));
            }
            case SLOW_FIRST_BYTE -> {
                closed.await(1, TimeUnit.SECONDS);
                yield send(pass(request));
            }
            case SILENCE -> {
                closed.await();
                yield false;
            }
            case STALL -> {
                sendHalf(pass(request));
                closed.await();
                yield false;
            }
            case DOWN -> throw new IllegalArgumentException("a fault of the whole store");
            case TRICKLE -> {
                trickle(pass(request));
                yield true;
            }
        };
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

    private boolean send(HttpMessage answer) throws IOException {
        out.write(answer.head());
        out.write(answer.body());
        return true;
    }

    private void sendHalf(HttpMessage answer) throws IOException {
        out.write(answer.head());
        out.write(half(answer.body()));
        out.flush();
    }

    private static byte[] half(byte[] body) {
        return Arrays.copyOf(body, body.length / 2);
    }

    private void trickle(HttpMessage answer) throws IOException, InterruptedException {
        out.write(answer.head());
        for (byte next : answer.body()) {
            out.write(next);
            if (closed.await(1, TimeUnit.SECONDS)) {
                return;
            }
        }
    }

    /** Ends a connection with a reset. */
    static void reset(Socket client) {
        try {
            client.setSoLinger(true, 0); // the other side sees a reset instead of an end
            client.close();
        } catch (IOException e) {
            // closed already
        }
    }
}
