package io.vitrine.search.serve;

import io.vitrine.search.page.SearchForm;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The fields of a request that are texts, from its address and from a form, each at most once. */
final class RequestFields {
    private static final int MAX_CHARACTERS = 16 << 10;
    private static final List<String> KNOWN = List.of(SearchForm.TEXT, SearchForm.ROW, SearchForm.TOP);

    private final Map<String, String> fields = new HashMap<>();

    /**
     * Adds the parameters of an address.
     *
     * @param query as it was sent; null if there are none
     * @throws RequestRefusedException if they are too long, unknown or damaged
     */
    void addAddress(String query) throws RequestRefusedException {
        if (query == null || query.isEmpty()) {
            return;
        }
        if (query.length() > MAX_CHARACTERS) {
            throw new RequestRefusedException(414, "The address has more than " + MAX_CHARACTERS + " characters.");
        }
        for (String pair : query.split("&")) {
            String[] parts = pair.split("=", 2);
            add(decoded(parts[0]), parts.length == 1 ? "" : decoded(parts[1]));
        }
    }

    private static String decoded(String text) throws RequestRefusedException {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new RequestRefusedException(400, "The address has a % that begins no character.");
        }
    }

    /**
     * Adds the parts of a form but its picture.
     *
     * @throws RequestRefusedException if they are too long or unknown
     */
    void addParts(MultipartForm parts) throws RequestRefusedException {
        for (String name : parts.names()) {
            if (!name.equals(SearchForm.PICTURE)) {
                add(name, parts.text(name).orElseThrow());
            }
        }
    }

    private void add(String name, String value) throws RequestRefusedException {
        if (!KNOWN.contains(name)) {
            throw new RequestRefusedException(
                    400,
                    "There is no field " + (name.length() > 100 ? "of such a name" : "'" + name + "'")
                            + ". There are text, row, top and, in a form, picture.");
        }
        if (value.length() > MAX_CHARACTERS) {
            throw new RequestRefusedException(
                    413, "The field " + name + " has more than " + MAX_CHARACTERS + " characters.");
        }
        if (fields.putIfAbsent(name, value) != null) {
            throw new RequestRefusedException(400, "The field " + name + " is there twice.");
        }
    }

    /** A field that is there and not blank. */
    Optional<String> filled(String name) {
        return Optional.ofNullable(fields.get(name)).filter(value -> !value.isBlank());
    }
}
