package io.vitrine.graph;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One line of a module's source: a value and the operation that computes it.
 *
 * @param operation with its namespace, such as {@code torch.add}
 * @param arguments as source text
 */
record TorchCall(String value, String operation, List<String> arguments) {

    String line() {
        return "    " + value + " = " + operation + "(" + String.join(", ", arguments) + ")\n";
    }

    boolean is(String name) {
        return operation.equals("torch." + name);
    }

    /** How often the arguments name {@code other}. */
    long countReads(String other) {
        Matcher uses = Pattern.compile("\\b" + other + "\\b").matcher(String.join(", ", arguments));
        return uses.results().count();
    }
}
