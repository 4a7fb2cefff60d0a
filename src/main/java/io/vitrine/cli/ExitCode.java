package io.vitrine.cli;

import io.vitrine.ConfigurationException;
import io.vitrine.ModelException;
import io.vitrine.OutputConflictException;
import io.vitrine.RunInterruptedException;
import io.vitrine.StorageException;
import io.vitrine.TooManyFailuresException;
import java.util.Locale;

/**
 * How a command ends. A scheduler can act on the number: retry {@link #STORAGE_TRANSIENT}, {@link #INTERRUPTED} and
 * {@link #TERMINATED}, and tell a person about the others.
 */
public enum ExitCode {
    SUCCESS(0, "The command did what was asked, even if there was nothing to do."),
    INTERNAL_ERROR(
            1, "A bug in Vitrine, or an error of Spark that Vitrine does not know. Report it with the stack trace."),
    USAGE(2, "The command line is wrong: an unknown option, a missing one, or a bad value."),
    CONFIGURATION(3, "The request, the settings or the environment cannot work. Change them."),
    STORAGE_TRANSIENT(4, "Storage or the Hub did not answer, or was overloaded. Run the command again."),
    STORAGE_PERMANENT(5, "Storage or the Hub refused: something is missing, forbidden or misconfigured there."),
    MODEL(6, "The checkpoint is missing, damaged or unsupported, or its features are not usable."),
    OUTPUT_CONFLICT(7, "Another run is writing to the output, or the output holds features made in another way."),
    TOO_MANY_FAILURES(8, "More images failed than --max-failures allows. The rows say why."),
    DIFFERENCES(9, "The verification found features that differ from the reference."),
    INTERRUPTED(130, "The command was interrupted, by SIGINT for instance. Run it again."),
    TERMINATED(143, "The command was ended by SIGTERM. Run it again.");

    private final int status;
    private final String description;

    ExitCode(int status, String description) {
        this.status = status;
        this.description = description;
    }

    /** The exit status of the process, 0 to 255. */
    public int status() {
        return status;
    }

    /** The name of the status in lower case, such as {@code output conflict}. */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** What the status means, in a line. */
    public String description() {
        return description;
    }

    /** The exit code of a command that {@code failure} stopped. */
    static ExitCode of(Throwable failure) {
        if (failure instanceof ConfigurationException) {
            return CONFIGURATION;
        }
        if (failure instanceof StorageException storage) {
            return storage.outlook() == StorageException.Outlook.TRANSIENT ? STORAGE_TRANSIENT : STORAGE_PERMANENT;
        }
        if (failure instanceof ModelException) {
            return MODEL;
        }
        if (failure instanceof OutputConflictException) {
            return OUTPUT_CONFLICT;
        }
        if (failure instanceof TooManyFailuresException) {
            return TOO_MANY_FAILURES;
        }
        if (failure instanceof RunInterruptedException) {
            return INTERRUPTED;
        }
        return INTERNAL_ERROR;
    }
}
