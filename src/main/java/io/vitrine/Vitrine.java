package io.vitrine;

import io.vitrine.cli.Cli;

/** The entry point of {@code vitrine.jar}. */
public final class Vitrine {
    private Vitrine() {}

    public static void main(String[] args) {
        int status = Cli.run(args);
        if (status != 0) {
            System.exit(status);
        }
    }
}
