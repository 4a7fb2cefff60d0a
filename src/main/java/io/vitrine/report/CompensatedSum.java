package io.vitrine.report;

import java.io.Serializable;

/**
 * A sum of doubles that keeps what each addition rounds off, so that the order of the terms changes it by no more than the last bit
 * of the result. Used by one thread.
 */
public final class CompensatedSum implements Serializable {
    private static final long serialVersionUID = 1;

    private double sum;
    private double lost; // what the additions have rounded off

    public void add(double term) {
        double next = sum + term;
        lost += Math.abs(sum) >= Math.abs(term) ? sum - next + term : term - next + sum;
        sum = next;
    }

    /** Adds another sum. */
    public void add(CompensatedSum other) {
        add(other.sum);
        lost += other.lost;
    }

    public double value() {
        return sum + lost;
    }
}
