package io.vitrine.launch;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * JVM options for an archive of loaded classes ("class data sharing"), which saves a third of the CPU time of a start. A JVM that
 * an archive does not fit, because a jar is newer or the JVM another, starts without it and says nothing.
 *
 * <p>A JVM with agents gets no archive: Java 17 crashes when an agent asks for the bytes of an archived class that its jar has for newer
 * versions of Java only, as Log4j's {@code DefaultObjectInputFilter}. Agents that come later do no harm: such classes are loaded then.
 */
final class ClassArchive {
    /** Options that start an agent, as Java's own flight recorder is one, or name a file that may have such options. */
    private static final Pattern AGENT = Pattern.compile(
            "-(?:javaagent|agentlib|agentpath|Xrun).*|-XX:.*(?:FlightRecord|Flags=|VMOptionsFile).*|@.*");

    private ClassArchive() {}

    /**
     * Options of a JVM that maps {@code archive}; none if it is not there, or if the JVM has agents.
     *
     * @param userOptions the JVM's other options, but for those in {@code conf/}
     */
    static List<String> read(Path archive, List<String> userOptions) {
        boolean hasAgents = userOptions.stream().anyMatch(AGENT.asMatchPredicate());
        return Files.isRegularFile(archive) && !hasAgents
                ? List.of("-XX:SharedArchiveFile=" + archive, "-Xshare:auto", "-Xlog:cds=off", "-Xlog:cds+dynamic=off")
                : List.of();
    }

    /** Options of a JVM that writes {@code archive} when it ends. The classes that it leaves out would fill the log. */
    static List<String> write(Path archive) {
        return List.of("-XX:ArchiveClassesAtExit=" + archive, "-Xlog:disable", "-Xlog:all=error:stderr");
    }
}
