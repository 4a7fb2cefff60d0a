package io.vitrine.web;

import io.vitrine.net.WebAddress;
import io.vitrine.web.CheckedResolver.RefusedHostException;
import io.vitrine.web.CheckedRoutes.RefusedRouteException;
import java.io.IOException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.hc.client5.http.classic.methods.HttpGet;

/** What a request without an answer means: a refusal, which is final, or a host that has failed. */
final class RequestFailure {
    private RequestFailure() {}

    /** The exception for the caller. Tells {@code gate} whether the host has answered. */
    static IOException of(IOException e, WebAddress at, HostGate gate, HttpGet request) {
        if (e instanceof RefusedHostException) {
            return new WebRefusedException("not asked: " + e.getMessage() + ", and --web-hosts does not allow it");
        }
        if (e.getCause() instanceof RefusedRouteException refusal) {
            return new WebRefusedException(
                    "not asked: " + refusal.getMessage() + ", and --web-hosts does not allow it");
        }
        if (isOfCertificate(e)) {
            gate.answered();
            return new WebRefusedException("the certificate of " + at.host() + " is not accepted: " + e.getMessage());
        }
        if (!request.isCancelled()) {
            gate.failed(e.getClass().getSimpleName() + ": " + e.getMessage());
        }
        return e;
    }

    private static boolean isOfCertificate(IOException e) {
        if (e instanceof SSLPeerUnverifiedException) {
            return true;
        }
        for (Throwable cause = e; e instanceof SSLException && cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException) {
                return true;
            }
        }
        return false;
    }
}
