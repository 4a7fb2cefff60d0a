package io.vitrine.web;

import io.vitrine.ConfigurationException;
import io.vitrine.net.AddressKind;
import io.vitrine.net.AddressRange;
import io.vitrine.net.WebAddress;
import java.io.Serializable;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The hosts that images may be fetched from, as a list: {@code public} for every host with a public address, names such as {@code
 * images.example} or {@code *.images.example}, and networks such as {@code 10.1.0.0/16}; or {@code none}. A name may have a private
 * address, but a link-local one, where clouds serve a machine's credentials, only as part of a listed network.
 */
public final class WebHosts implements Serializable {
    private static final long serialVersionUID = 1;
    private static final String EVERY_PUBLIC = "public";
    private static final String NONE = "none";
    private static final String ANY_BELOW = "*.";
    private static final Pattern NUMERIC = Pattern.compile("[0-9.]+|.*[:/].*");

    /** Every host with a public address. */
    public static final WebHosts PUBLIC = parse(EVERY_PUBLIC);

    private final String text;
    private final boolean allPublic;
    private final ArrayList<String> names = new ArrayList<>();
    private final ArrayList<AddressRange> networks = new ArrayList<>();

    private WebHosts(String text) {
        this.text = text;
        List<String> words = List.of(text.strip().split("\\s*,\\s*"));
        this.allPublic = words.contains(EVERY_PUBLIC);
        if (!words.equals(List.of(NONE))) {
            words.stream().filter(word -> !word.equals(EVERY_PUBLIC)).forEach(this::add);
        }
    }

    /**
     * Reads a list.
     *
     * @throws ConfigurationException naming the word that is no host
     */
    public static WebHosts parse(String text) {
        return new WebHosts(text);
    }

    private void add(String word) {
        try {
            if (NUMERIC.matcher(word).matches()) {
                String range = word.contains("/") ? word : word + (word.contains(":") ? "/128" : "/32");
                networks.add(AddressRange.of(range.replace("[", "").replace("]", "")));
            } else {
                names.add(name(word));
            }
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(
                    "--web-hosts has '" + word + "', but takes public, none, names such as images.example or"
                            + " *.images.example, and networks such as 10.1.0.0/16, with commas between them.",
                    e);
        }
    }

    private static String name(String word) {
        String below = word.startsWith(ANY_BELOW) ? ANY_BELOW : "";
        String host =
                WebAddress.parse("http://" + word.substring(below.length())).host();
        if (host.indexOf('*') >= 0 || host.equals(NONE)) {
            throw new IllegalArgumentException(word);
        }
        return below + host;
    }

    /** Why nothing is asked of {@code host}, whatever its addresses are; empty if its addresses decide. */
    Optional<String> refusal(String host) {
        return allPublic || !networks.isEmpty() || isNamed(host)
                ? Optional.empty()
                : Optional.of("is not a listed host");
    }

    /** Why {@code host} may not be asked at {@code address}; empty if it may. */
    Optional<String> refusal(String host, InetAddress address) {
        byte[] bytes = address.getAddress();
        if (networks.stream().anyMatch(network -> network.contains(bytes))) {
            return Optional.empty();
        }
        return switch (AddressKind.of(address)) {
            case LINK_LOCAL -> Optional.of("has a link-local address");
            case PRIVATE -> isNamed(host) ? Optional.empty() : Optional.of("has a private address");
            case PUBLIC -> allPublic || isNamed(host) ? Optional.empty() : Optional.of("is not a listed host");
        };
    }

    /** Why {@code host} may not be asked if its addresses can't be looked up; empty if it may. */
    Optional<String> refusalWithoutAddress(String host) {
        return allPublic || isNamed(host)
                ? Optional.empty()
                : Optional.of("has no address here, and is not a listed host");
    }

    private boolean isNamed(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return names.stream()
                .anyMatch(each -> each.startsWith(ANY_BELOW) ? name.endsWith(each.substring(1)) : name.equals(each));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof WebHosts hosts && text.equals(hosts.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** The list as it was written. */
    @Override
    public String toString() {
        return text;
    }
}
