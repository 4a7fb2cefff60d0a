package io.vitrine.search.serve;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.vitrine.ConfigurationException;
import io.vitrine.VitrineException;
import io.vitrine.search.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Two addresses: {@code /} is the page for a person, {@code /api/search} is JSON for a program. */
final class SearchHandler implements HttpHandler {
    private static final Logger LOG = LoggerFactory.getLogger(SearchHandler.class);
    private static final String PAGE = "/";
    private static final String API = "/api/search";
    private static final String JSON = "application/json";
    private static final String HTML = "text/html; charset=utf-8";
    private static final String TEXT = "text/plain; charset=utf-8";

    private final SearchService service;
    private final LocalGuard guard;

    SearchHandler(SearchService service, LocalGuard guard) {
        this.service = service;
        this.guard = guard;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            try {
                guard.check(exchange.getRequestHeaders());
            } catch (RequestRefusedException e) { // our page would tell a stranger what the index is
                send(exchange, e.status(), e.getMessage() + "\n", TEXT);
                return;
            }
            answer(exchange, exchange.getRequestURI().getPath().equals(API));
        }
    }

    private void answer(HttpExchange exchange, boolean json) throws IOException {
        try {
            respond(exchange, json);
        } catch (RequestRefusedException e) {
            fail(exchange, e.status(), e.getMessage(), json);
        } catch (VitrineException e) {
            fail(exchange, e instanceof ConfigurationException ? 400 : 500, e.getMessage(), json);
        } catch (RuntimeException e) {
            LOG.error("A search failed. Report this with the stack trace.", e);
            fail(exchange, 500, "Internal error; the server's log says more.", json);
        }
    }

    private void respond(HttpExchange exchange, boolean json) throws IOException, RequestRefusedException {
        if (!json && !exchange.getRequestURI().getPath().equals(PAGE)) {
            throw new RequestRefusedException(404, "There is " + PAGE + " and " + API + ".");
        }
        SearchRequest request = SearchRequest.read(exchange, service.form());
        if (json) {
            Answer answer = service.answer(
                    request.query()
                            .orElseThrow(() -> new RequestRefusedException(
                                    400, "Say what to look for: ?row=PATH, ?text=WORDS, or a picture as the body.")),
                    request.top());
            send(exchange, answer.error().isEmpty() ? 200 : 422, answer.json(), JSON);
        } else if (request.query().isEmpty()) {
            send(exchange, 200, service.empty(Optional.empty()), HTML);
        } else {
            send(exchange, 200, service.page(request.query().get(), request.top()), HTML);
        }
    }

    private void fail(HttpExchange exchange, int status, String message, boolean json) throws IOException {
        if (json) {
            send(
                    exchange,
                    status,
                    JsonNodeFactory.instance.objectNode().put("error", message).toString(),
                    JSON);
        } else {
            send(exchange, status, service.empty(Optional.of(message)), HTML);
        }
    }

    private void send(HttpExchange exchange, int status, String text, String type) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Headers headers = exchange.getResponseHeaders();
        headers.set("Content-Type", type);
        headers.set("Content-Security-Policy", service.policy());
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Cross-Origin-Resource-Policy", "same-origin");
        headers.set("Referrer-Policy", "same-origin"); // with none, browsers hide where our own form is from
        headers.set("Cache-Control", "no-store"); // pictures of the catalog
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
