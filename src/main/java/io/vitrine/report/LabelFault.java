package io.vitrine.report;

import java.util.Locale;

/** Why an image's label can't be compared with the model's answer. */
public enum LabelFault {
    /** The cell is null or empty. */
    NULL,
    /** No class has this name or index; for one output, the text is no finite number. */
    UNKNOWN,
    /** Several classes have this name. */
    AMBIGUOUS;

    /** Its name in a run's record. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
