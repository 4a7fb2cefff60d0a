package io.vitrine.job.rows;

import io.vitrine.report.LabelFault;
import java.io.Serializable;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads labels as classes: a whole number is an index, a text is a name of config.json's {@code id2label}. A text of digits is an
 * index if no class has a number for its name. Spaces around a text do not count if no class has them in its name.
 */
final class ClassNames implements Serializable {
    private static final long serialVersionUID = 1;

    private final int classes;
    private final Map<String, Integer> indices = new HashMap<>();
    private final Set<String> repeated = new HashSet<>();
    private final boolean hasNumbers;

    /**
     * @param names by index; further classes are called LABEL_i, as in the reference
     * @param classes the number of logits
     */
    ClassNames(List<String> names, int classes) {
        this.classes = classes;
        for (int i = 0; i < classes; i++) {
            String name = i < names.size() ? names.get(i) : "LABEL_" + i;
            if (indices.putIfAbsent(name, i) != null) {
                repeated.add(name);
            }
        }
        this.hasNumbers =
                indices.keySet().stream().anyMatch(name -> wholeNumber(name).isPresent());
    }

    Label of(String text) {
        return named(text).or(() -> named(text.strip())).or(() -> digits(text)).orElseGet(() -> unknown(text));
    }

    private Optional<Label> named(String name) {
        if (repeated.contains(name)) {
            return Optional.of(new Label.Unusable(LabelFault.AMBIGUOUS, name));
        }
        return Optional.ofNullable(indices.get(name)).map(Label.OfClass::new);
    }

    private Optional<Label> digits(String text) {
        return hasNumbers ? Optional.empty() : wholeNumber(text.strip()).map(this::of);
    }

    /** @param number a class if it is whole, from 0 to the number of classes less one */
    Label of(double number) {
        return number >= 0 && number < classes && number == Math.rint(number)
                ? new Label.OfClass((int) number)
                : unknown(
                        number == Math.rint(number)
                                ? String.format(Locale.ROOT, "%.0f", number)
                                : Double.toString(number));
    }

    private static Optional<Double> wholeNumber(String text) {
        return text.matches("-?[0-9]{1,15}") ? Optional.of(Double.parseDouble(text)) : Optional.empty();
    }

    private static Label unknown(String text) {
        return new Label.Unusable(LabelFault.UNKNOWN, text);
    }
}
