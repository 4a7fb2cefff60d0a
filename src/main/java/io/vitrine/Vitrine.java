package io.vitrine;

import io.vitrine.cli.Cli;
import io.vitrine.cli.ExitCode;
import io.vitrine.spark.RunningSpark;

/** The entry point of Vitrine's jar. */
public final class Vitrine {
    private Vitrine() {}

    public static void main(String[] args) {
        int status = run(args);
        if (status != 0) {
            System.exit(status);
        }
    }

    private static int run(String... args) {
        try {
            RunningSpark.requireFitting();
        } catch (ConfigurationException e) {
            System.err.println("error: " + e.getMessage());
            return ExitCode.CONFIGURATION.status();
        }
        return Cli.run(args);
    }
}
