package io.vitrine.search.serve;

import com.sun.net.httpserver.HttpExchange;
import io.vitrine.search.Query;
import io.vitrine.search.page.SearchForm;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a request asks for.
 *
 * @param query empty if it asks for nothing
 * @param top how many images
 */
record SearchRequest(Optional<Query> query, int top) {
    /** The largest upload, in bytes. */
    static final int MAX_BODY_BYTES = 32 << 20;

    private static final int MAX_QUERY_CHARACTERS = 16 << 10;

    /**
     * Reads a request: parameters of the address, a form with a picture, or a picture as the body.
     *
     * @throws RequestRefusedException if it is too large, or makes no sense
     */
    static SearchRequest read(HttpExchange exchange, SearchForm form) throws IOException, RequestRefusedException {
        Map<String, String> parameters = parameters(exchange.getRequestURI().getRawQuery());
        return switch (exchange.getRequestMethod()) {
            case "GET" ->
                new SearchRequest(lookup(parameters), top(Optional.ofNullable(parameters.get(SearchForm.TOP)), form));
            case "POST" -> posted(exchange, parameters, form);
            default -> throw new RequestRefusedException(405, "Ask with GET or POST.");
        };
    }

    private static SearchRequest posted(HttpExchange exchange, Map<String, String> parameters, SearchForm form)
            throws IOException, RequestRefusedException {
        String type = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Content-Type"))
                .orElse("");
        byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY_BYTES + 1);
        if (body.length > MAX_BODY_BYTES) {
            throw new RequestRefusedException(413, "An upload has at most " + MAX_BODY_BYTES + " bytes.");
        }
        Optional<String> top = Optional.ofNullable(parameters.get(SearchForm.TOP));
        if (!MultipartForm.is(type)) {
            return new SearchRequest(Optional.of(picture("the uploaded picture", body)), top(top, form));
        }
        MultipartForm parts = MultipartForm.parse(type, body);
        byte[] picture = parts.bytes(SearchForm.PICTURE).orElse(new byte[0]);
        String name = parts.fileName(SearchForm.PICTURE).orElse("the uploaded picture");
        return new SearchRequest(
                Optional.of(picture(name, picture)),
                top(parts.text(SearchForm.TOP).or(() -> top), form));
    }

    private static Query picture(String name, byte[] bytes) throws RequestRefusedException {
        if (bytes.length == 0) {
            throw new RequestRefusedException(400, "Choose a picture: the upload has no bytes.");
        }
        return new Query.Picture(name, bytes);
    }

    private static Optional<Query> lookup(Map<String, String> parameters) throws RequestRefusedException {
        Optional<Query> text = filled(parameters, SearchForm.TEXT).map(Query.Text::new);
        Optional<Query> row = filled(parameters, SearchForm.ROW).map(Query.Row::new);
        if (text.isPresent() && row.isPresent()) {
            throw new RequestRefusedException(400, "Ask for a text or for an image of the index, not for both.");
        }
        return text.or(() -> row);
    }

    private static Optional<String> filled(Map<String, String> parameters, String name) {
        return Optional.ofNullable(parameters.get(name)).filter(value -> !value.isBlank());
    }

    private static int top(Optional<String> text, SearchForm form) throws RequestRefusedException {
        try {
            int top = text.map(value -> Integer.parseInt(value.strip())).orElse(form.top());
            if (top >= 1 && top <= form.maxTop()) {
                return top;
            }
        } catch (NumberFormatException e) {
            // as a number out of range
        }
        throw new RequestRefusedException(400, "The number of images, top, must be from 1 to " + form.maxTop() + ".");
    }

    private static Map<String, String> parameters(String query) throws RequestRefusedException {
        if (query == null) {
            return Map.of();
        }
        if (query.length() > MAX_QUERY_CHARACTERS) {
            throw new RequestRefusedException(
                    414, "The address has more than " + MAX_QUERY_CHARACTERS + " characters.");
        }
        Map<String, String> parameters = new HashMap<>();
        try {
            for (String pair : query.split("&")) {
                String[] parts = pair.split("=", 2);
                parameters.putIfAbsent(
                        URLDecoder.decode(parts[0], StandardCharsets.UTF_8),
                        parts.length == 1 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
            }
        } catch (IllegalArgumentException e) {
            throw new RequestRefusedException(400, "The address has a % that begins no character.");
        }
        return parameters;
    }
}
