package io.vitrine.image.jpeg2000;

import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;

/** Rejections of codestreams. */
final class Damage {
    private Damage() {}

    static ImageRejectedException corrupt(String what) {
        return new ImageRejectedException(RejectionReason.CORRUPT, "JPEG 2000: " + what);
    }

    static ImageRejectedException truncated(int bytes, String within) {
        return new ImageRejectedException(
                RejectionReason.TRUNCATED,
                "the file ends after " + bytes + " bytes, within " + within + " of JPEG 2000");
    }

    static ImageRejectedException unsupported(String what) {
        return new ImageRejectedException(RejectionReason.UNSUPPORTED, "JPEG 2000 " + what);
    }
}
