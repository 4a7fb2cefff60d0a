package io.vitrine.report;

/**
 * How a classifier's answer compares with an image's true class.
 *
 * @param rank classes that come before the true one: those of larger logits, and of equal logits those of lower index
 * @param crossEntropy minus the logarithm of the softmax at the true class, in double precision; what torch calls cross entropy
 */
public record ClassScore(int rank, double crossEntropy) {

    /**
     * Compares.
     *
     * @param logits finite, one per class
     * @param label the true class, an index into {@code logits}
     */
    public static ClassScore of(double[] logits, int label) {
        double own = logits[label];
        double largest = Double.NEGATIVE_INFINITY;
        int rank = 0;
        for (int i = 0; i < logits.length; i++) {
            largest = Math.max(largest, logits[i]);
            rank += logits[i] > own || logits[i] == own && i < label ? 1 : 0;
        }
        double sum = 0;
        for (double logit : logits) {
            sum += Math.exp(logit - largest);
        }
        return new ClassScore(rank, Math.log(sum) + (largest - own));
    }
}
