package io.vitrine.catalog;

import java.lang.reflect.InvocationTargetException;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What a store answered to a failed request: HTTP status, the store's error code, its message and the id of the request. Exceptions
 * of the AWS SDKs, of S3A and of ABFS are read by the names of their methods, because the connectors need not be on the class path.
 */
public final class StorageAnswer {
    /** Codes of S3 that concern the credentials, and so every object. */
    private static final Set<String> CREDENTIALS = Set.of(
            "ExpiredToken",
            "ExpiredTokenException",
            "InvalidAccessKeyId",
            "InvalidToken",
            "RequestTimeTooSkewed",
            "SignatureDoesNotMatch",
            "TokenRefreshRequired",
            "UnrecognizedClientException");

    private final Throwable fault; // the innermost cause that has an HTTP status, or the failure itself
    private final OptionalInt status;

    private StorageAnswer(Throwable fault, OptionalInt status) {
        this.fault = fault;
        this.status = status;
    }

    /** The answer behind {@code failure}. */
    public static StorageAnswer of(Throwable failure) {
        StorageAnswer answer = new StorageAnswer(failure, OptionalInt.empty());
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            OptionalInt status = StorageOutlook.httpStatus(cause);
            if (status.isPresent()) {
                answer = new StorageAnswer(cause, status);
            }
        }
        return answer;
    }

    /** The store's error code, such as {@code SlowDown}. */
    public Optional<String> code() {
        return text("getErrorCode").or(() -> details().flatMap(details -> text(details, "errorCode")));
    }

    /** Whether the credentials are at fault. */
    public boolean concernsCredentials() {
        return code().filter(CREDENTIALS::contains).isPresent() || StorageOutlook.hasNoCredentials(fault);
    }

    /** Whether the store refuses this object and can deliver others: a status from 400 to 499 about the object. */
    public boolean concernsObject() {
        int code = status.orElse(0);
        return code >= 400 && code < 500 && !StorageOutlook.isTransient(code) && code != 401 && !concernsCredentials();
    }

    /** One line, such as {@code HTTP 500 InternalError, request 4TZ1: We encountered an internal error.} */
    public String describe() {
        if (status.isEmpty()) {
            return firstLine(fault);
        }
        StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "HTTP %d", status.getAsInt()));
        code().filter(code ->
                        !code.startsWith(Integer.toString(status.getAsInt()))) // "500 X", of an answer without body
                .ifPresent(code -> line.append(' ').append(code));
        text("getRequestId").or(() -> text("requestId")).ifPresent(id -> line.append(", request ")
                .append(id));
        text("getErrorMessage")
                .or(() -> details().flatMap(details -> text(details, "errorMessage")))
                .ifPresent(message ->
                        line.append(": ").append(message.lines().findFirst().orElse("")));
        return line.toString();
    }

    private static String firstLine(Throwable e) {
        String message =
                e.getMessage() == null ? "" : e.getMessage().lines().findFirst().orElse("");
        return message.isEmpty() ? e.getClass().getSimpleName() : message;
    }

    /** The details of an exception of AWS SDK v2. */
    private Optional<Object> details() {
        return value(fault, "awsErrorDetails");
    }

    private Optional<String> text(String method) {
        return text(fault, method);
    }

    private static Optional<String> text(Object source, String method) {
        return value(source, method).map(Object::toString).filter(text -> !text.isBlank() && !text.equals("null"));
    }

    private static Optional<Object> value(Object source, String method) {
        try {
            return Optional.ofNullable(source.getClass().getMethod(method).invoke(source));
        } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException none) {
            return Optional.empty();
        }
    }
}
