package io.vitrine.search.serve;

import com.sun.net.httpserver.HttpExchange;
import io.vitrine.search.Query;
import io.vitrine.search.page.SearchForm;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a request asks for.
 *
 * @param query empty if it asks for nothing
 * @param top how many images
 */
record SearchRequest(Optional<Query> query, int top) {
    /** The largest upload, in bytes. */
    static final int MAX_BODY_BYTES = 32 << 20;

    private static final String UNNAMED = "the uploaded picture";

    /**
     * Reads a request: parameters of the address, a form, or a picture as the body.
     *
     * @throws RequestRefusedException if it is too large, or makes no sense
     */
    static SearchRequest read(HttpExchange exchange, SearchForm form) throws IOException, RequestRefusedException {
        RequestFields fields = new RequestFields();
        fields.addAddress(exchange.getRequestURI().getRawQuery());
        return switch (exchange.getRequestMethod()) {
            case "GET" -> of(Optional.empty(), fields, form);
            case "POST" -> posted(exchange, fields, form);
            default -> throw new RequestRefusedException(405, "Ask with GET or POST.");
        };
    }

    private static SearchRequest posted(HttpExchange exchange, RequestFields fields, SearchForm form)
            throws IOException, RequestRefusedException {
        String type = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Content-Type"))
                .orElse("");
        byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY_BYTES + 1);
        if (body.length > MAX_BODY_BYTES) {
            throw new RequestRefusedException(413, "An upload has at most " + MAX_BODY_BYTES + " bytes.");
        }
        SearchRequest request;
        if (MultipartForm.is(type)) {
            MultipartForm parts = MultipartForm.parse(type, body);
            fields.addParts(parts);
            String name = parts.fileName(SearchForm.PICTURE).orElse(UNNAMED);
            request = of(parts.bytes(SearchForm.PICTURE).flatMap(bytes -> picture(name, bytes)), fields, form);
        } else {
            if (body.length > 0 && type.toLowerCase(Locale.ROOT).startsWith("application/x-www-form-urlencoded")) {
                throw new RequestRefusedException(
                        415,
                        "Send text, row and top in the address or as multipart/form-data, a picture as its part"
                                + " picture or as the body, with a type such as image/jpeg.");
            }
            request = of(picture(UNNAMED, body), fields, form);
        }
        if (request.query().isEmpty()) {
            throw new RequestRefusedException(
                    400,
                    "Choose a picture: the field picture, or the body, has no bytes, and there is no text or row.");
        }
        return request;
    }

    private static Optional<Query> picture(String name, byte[] bytes) {
        return bytes.length == 0 ? Optional.empty() : Optional.of(new Query.Picture(name, bytes));
    }

    private static SearchRequest of(Optional<Query> picture, RequestFields fields, SearchForm form)
            throws RequestRefusedException {
        List<Query> queries = Stream.of(
                        picture,
                        fields.filled(SearchForm.TEXT).map(Query.Text::new),
                        fields.filled(SearchForm.ROW).map(Query.Row::new))
                .<Query>flatMap(Optional::stream)
                .toList();
        if (queries.size() > 1) {
            throw new RequestRefusedException(
                    400, "Ask for a picture, a text or an image of the index, not for several at a time.");
        }
        return new SearchRequest(queries.stream().findFirst(), top(fields.filled(SearchForm.TOP), form));
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
}
