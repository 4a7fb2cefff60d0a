package io.vitrine.checkpoint;

import java.util.List;
import java.util.regex.Pattern;

/**
 * One step of renaming a tensor.
 *
 * @param from replaced where it is found first
 * @param to may refer to groups of {@code from}
 */
record NameRule(Pattern from, String to) {
    static NameRule of(String from, String to) {
        return new NameRule(Pattern.compile(from), to);
    }

    /** {@code name} after all {@code rules}, in their order. */
    static String apply(List<NameRule> rules, String name) {
        for (NameRule rule : rules) {
            name = rule.from.matcher(name).replaceFirst(rule.to);
        }
        return name;
    }
}
