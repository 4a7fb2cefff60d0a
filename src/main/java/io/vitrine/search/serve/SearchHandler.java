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

    private final SearchService service;
    private final LocalGuard guard;

    SearchHandler(SearchService service, LocalGuard guard) {
        this.service = service;
        this.guard = guard;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            boolean json = exchange.getRequestURI().getPath().equals(API);
            try {
                guard.check(exchange.getRequestHeaders());
                respond(exchange, json);
            } catch (RequestRefusedException e) {
                send(exchange, e.status(), fault(e.getMessage(), json), json);
            } catch (VitrineException e) {
                send(exchange, e instanceof ConfigurationException ? 400 : 500, fault(e.getMessage(), json), json);
            } catch (RuntimeException e) {
                LOG.error("A search failed. Report this with the stack trace.", e);
                send(exchange, 500, fault("Internal error; the server's log says more.", json), json);
            }
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
            send(exchange, answer.error().isEmpty() ? 200 : 422, answer.json(), true);
        } else if (request.query().isEmpty()) {
            send(exchange, 200, service.empty(Optional.empty()), false);
        } else {
            send(exchange, 200, service.page(request.query().get(), request.top()), false);
        }
    }

    private String fault(String message, boolean json) {
        return json
                ? JsonNodeFactory.instance.objectNode().put("error", message).toString()
                : service.empty(Optional.of(message));
    }

    private void send(HttpExchange exchange, int status, String text, boolean json) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Headers headers = exchange.getResponseHeaders();
        headers.set("Content-Type", json ? "application/json" : "text/html; charset=utf-8");
        headers.set("Content-Security-Policy", service.policy());
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Cross-Origin-Resource-Policy", "same-origin");
        headers.set("Referrer-Policy", "same-origin"); // with none, browsers hide where our own form is from
        headers.set("Cache-Control", "no-store"); // pictures of the catalog
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
