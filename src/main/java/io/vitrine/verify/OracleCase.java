package io.vitrine.verify;

import io.vitrine.ImageRejectedException;
import io.vitrine.VitrineException;
import java.io.IOException;
import java.util.Optional;

/** A case of the oracle: something to compute and compare. */
public record OracleCase(String id, Check check) {
    /** Computes and compares. */
    interface Check {
        Finding find() throws IOException, ImageRejectedException;
    }

    /** A comparison's result, as in {@link CaseResult}. */
    record Finding(Optional<String> fault, String measured) {
        static Finding exact(Optional<String> fault) {
            return new Finding(fault, "");
        }
    }

    /** Runs the case. An exception is a fault of the case. */
    public CaseResult run() {
        try {
            Finding finding = check.find();
            return new CaseResult(id, finding.fault(), finding.measured());
        } catch (VitrineException | ImageRejectedException e) {
            return failed(String.valueOf(e.getMessage()));
        } catch (IOException | RuntimeException e) {
            return failed(e.toString());
        }
    }

    private CaseResult failed(String fault) {
        return new CaseResult(id, Optional.of(fault), "");
    }
}
