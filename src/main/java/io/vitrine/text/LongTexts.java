package io.vitrine.text;

/** What to do with a text of more tokens than the model reads. */
public enum LongTexts {
    REFUSE,
    /** Keep the first tokens, and the end of text behind them. */
    CUT
}
