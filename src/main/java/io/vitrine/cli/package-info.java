/**
 * The commands: options to requests, exceptions to messages and exit codes. May import picocli, Spark (to start a session) and
 * every room but {@code dev} and {@code launch}.
 */
package io.vitrine.cli;
