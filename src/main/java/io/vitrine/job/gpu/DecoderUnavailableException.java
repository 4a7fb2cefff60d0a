package io.vitrine.job.gpu;

/** A GPU cannot decode images. The message says why, as part of a sentence. */
public final class DecoderUnavailableException extends Exception {
    private static final long serialVersionUID = 1;

    public DecoderUnavailableException(String reason) {
        super(reason);
    }
}
