package io.vitrine;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Finds credentials in locations: {@code user:password@}, an S3 key pair, a signature in the query. A location is printed, recorded and
 * shown in process lists, so credentials in one are refused, and never printed.
 */
public final class LocationSecrets {
    /** Stands for a secret. */
    public static final String MASK = "***";

    private static final String S3 = "(s3[an]?://)[^\\s@/:'\"]*(?::[^\\s@]*)?@"; // a secret key may hold slashes
    private static final String HTTP = "(https?://)[^\\s/@'\"]+@";
    private static final String OTHER =
            "([a-z][a-z0-9+.-]*://)[^\\s/@:'\"]*:[^\\s/@]*@"; // abfs://container@account has none
    private static final String USER_INFO = "(?i)(?<![a-z0-9+.-])(?:" + S3 + "|" + HTTP + "|" + OTHER + ")";
    private static final String USER_INFO_MASKED = "$1$2$3" + MASK + "@";

    private static final String SIGNATURE = "(?i)(?<=://)([^\\s'\"]*?[?&](?:sig|signature|token|access_token"
            + "|x-amz-signature|x-amz-security-token|x-goog-signature)=)[^\\s&'\":]+";
    private static final String SIGNATURE_MASKED = "$1" + MASK;

    private record Replacement(Pattern secret, String replacement) {}

    private static final List<Replacement> REPLACEMENTS = List.of(
            new Replacement(Pattern.compile(USER_INFO), USER_INFO_MASKED),
            new Replacement(Pattern.compile(SIGNATURE), SIGNATURE_MASKED));

    private static final Pattern MASKED_SIGNATURE = Pattern.compile(".*[?&][A-Za-z_-]+=\\*\\*\\*.*");

    private LocationSecrets() {}

    /** {@code text}, a location or a message with locations in it, with {@link #MASK} for each secret. */
    public static String masked(String text) {
        if (!text.contains("://")) { // most paths of a list
            return text;
        }
        String masked = text;
        for (Replacement each : REPLACEMENTS) {
            masked = each.secret().matcher(masked).replaceAll(each.replacement());
        }
        return masked;
    }

    /** Whether {@code location} had a secret that {@link #masked} has removed. */
    public static boolean isMasked(String location) {
        return location.contains(MASK)
                && (location.contains("://" + MASK + "@")
                        || MASKED_SIGNATURE.matcher(location).matches());
    }

    /**
     * Refuses a location with credentials.
     *
     * @param name of the option, such as {@code --input}
     * @return {@code location}
     * @throws ConfigurationException without the credentials
     */
    public static String requireNone(String name, String location) {
        String masked = masked(location);
        if (!masked.equals(location)) {
            throw new ConfigurationException(name + " holds credentials: " + masked
                    + ". A location is printed, recorded and shown in process lists, so change these credentials. Give"
                    + " the location without them, and set them as docs/security.md says: in the environment, or as"
                    + " spark.hadoop.fs.* in a file that only you can read.");
        }
        return location;
    }
}
