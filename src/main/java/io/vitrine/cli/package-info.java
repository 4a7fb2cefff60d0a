/**
 * The commands: options to requests, exceptions to messages and exit codes.
 *
 * <p>May import picocli, Jackson, Spark (to start a session) and every room but {@code dev} and {@code launch}.
 */
package io.vitrine.cli;
