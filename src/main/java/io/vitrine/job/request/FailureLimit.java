package io.vitrine.job.request;

import io.vitrine.ConfigurationException;
import java.io.Serializable;
import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How many images may fail before a run counts as failed. */
public sealed interface FailureLimit extends Serializable {
    /**
     * Half of the images. If most images fail, the cause is the run's: no permission, a wrong folder, a broken checkpoint. A
     * smaller share is normal for catalogs from the web.
     */
    FailureLimit DEFAULT = new Share(BigDecimal.valueOf(50));

    /** Whether {@code failed} of {@code images} may fail. */
    boolean allows(long failed, long images);

    /** A number of images: 0 allows none. */
    record Count(long images) implements FailureLimit {
        public Count {
            Checks.requireAtLeast("--max-failures", images, 0);
        }

        @Override
        public boolean allows(long failed, long all) {
            return failed <= images;
        }

        @Override
        public String toString() {
            return Long.toString(images);
        }
    }

    /**
     * A share of the images.
     *
     * @param percent from 0 to 100; with 100 every image may fail
     */
    record Share(BigDecimal percent) implements FailureLimit {
        private static final BigDecimal ALL = BigDecimal.valueOf(100);

        public Share {
            if (percent.signum() < 0 || percent.compareTo(ALL) > 0) {
                throw new ConfigurationException(
                        "--max-failures is " + percent.toPlainString() + "%, but must be from 0% to 100%.");
            }
        }

        @Override
        public boolean allows(long failed, long all) {
            BigDecimal allowed = percent.multiply(BigDecimal.valueOf(all)); // times 100
            return ALL.multiply(BigDecimal.valueOf(failed)).compareTo(allowed) <= 0;
        }

        @Override
        public String toString() {
            return percent.toPlainString() + "%";
        }
    }

    /**
     * Reads a count ({@code 100}) or a share ({@code 0.5%}).
     *
     * @throws ConfigurationException naming the text if it is neither
     */
    static FailureLimit parse(String text) {
        Matcher matcher = Form.PATTERN.matcher(text);
        if (!matcher.matches()) {
            throw new ConfigurationException(
                    "--max-failures is '" + text
                            + "', but must be a number of images, such as 100, or a share of them from 0% to 100%, such as 0.5%.");
        }
        return matcher.group("count") == null
                ? new Share(new BigDecimal(matcher.group("percent")))
                : new Count(Long.parseLong(matcher.group("count")));
    }

    /** The form of the text. */
    final class Form {
        private static final Pattern PATTERN =
                Pattern.compile("(?<count>[0-9]{1,18})|(?<percent>[0-9]{1,3}(\\.[0-9]{1,9})?)%");

        private Form() {}
    }
}
