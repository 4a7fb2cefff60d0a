package io.vitrine.job.rows;

import io.vitrine.report.LabelFault;

/** What a cell of the label column says. */
public sealed interface Label {
    /** A class. */
    record OfClass(int index) implements Label {}

    /** A number, for a model with one output. */
    record OfNumber(double value) implements Label {}

    /**
     * Nothing that can be compared.
     *
     * @param text the cell, for messages
     */
    record Unusable(LabelFault fault, String text) implements Label {}
}
