package io.vitrine;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.cli.ExitCode;
import io.vitrine.dev.BenchmarkCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Every status, exit code, package and command is in the documents; every option, class and link in them exists. */
final class DocumentsTest {
    private static final int README_LINES = 200;
    private static final Path ARCHITECTURE = Path.of("ARCHITECTURE.md");
    private static final Path OPTIONS = Path.of("docs/reference/options.md");
    private static final Path SOURCES = Path.of("src/main/java/io/vitrine");

    /** Options of programs that the reference of options does not mention: spark-submit, the JVM, aws. */
    private static final Set<String> OTHERS = Set.of(
            "--class",
            "--add-opens",
            "--exclude-packages",
            "--cluster-id",
            "--steps",
            "--cli-input-json",
            "--json",
            "--bucket",
            "--lifecycle-configuration");

    /** Messages of Java and of Spark. */
    private static final Set<String> OTHERS_MESSAGES =
            Set.of("IllegalAccessError ... sun.nio.ch", "Initial job has not accepted any resources");

    /** Fenced blocks, indented blocks, and spans. */
    private static final Pattern CODE = Pattern.compile("(?ms)^```.*?^```|^ {4,}\\S[^\\n]*|`[^`\\n]+`");

    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)\\s]+)\\)");

    @Test
    void theReadmeIsShort() throws IOException {
        assertThat(Files.readAllLines(Path.of("README.md"))).hasSizeLessThanOrEqualTo(README_LINES);
    }

    @Test
    void everyStatusHasItsRow() throws IOException {
        Set<String> statuses = Arrays.stream(RejectionReason.values())
                .map(RejectionReason::status)
                .collect(Collectors.toCollection(TreeSet::new));
        statuses.addAll(List.of("ok", "deleted"));
        assertThat(found("(?m)^\\| `(\\w+)` \\|", Files.readString(Path.of("docs/reference/statuses.md"))))
                .isEqualTo(statuses);
    }

    @Test
    void everyExitCodeHasItsRow() throws IOException {
        Set<String> codes = Arrays.stream(ExitCode.values())
                .map(code -> Integer.toString(code.status()))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(found("(?m)^\\| (\\d+) \\|", Files.readString(Path.of("docs/reference/exit-codes.md"))))
                .isEqualTo(codes);
    }

    @Test
    void everyRoomHasItsRow() throws IOException {
        String rooms = section(Files.readString(ARCHITECTURE), "## Rooms");
        assertThat(found("(?m)^\\| `([a-z0-9/]+)` \\|", rooms)).isEqualTo(packages());
    }

    private static Set<String> packages() throws IOException {
        try (Stream<Path> paths = Files.walk(SOURCES)) {
            return paths.filter(path -> path.toString().endsWith(".java"))
                    .map(path -> SOURCES.relativize(path.getParent()).toString())
                    .filter(room -> !room.isEmpty())
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    @Test
    void everyCommandIsNamed() throws IOException {
        Set<String> named = documents().stream()
                .flatMap(document -> found("\\bjobs/([a-z]+(?:-[a-z]+)*)\\b(?!\\.)", text(document)).stream())
                .collect(Collectors.toSet());
        try (Stream<Path> files = Files.list(Path.of("jobs"))) {
            Set<String> commands = files.map(path -> path.getFileName().toString())
                    .filter(name -> !name.endsWith(".sh"))
                    .collect(Collectors.toSet());
            assertThat(named).containsAll(commands);
        }
    }

    @Test
    void everyLinkLeadsSomewhere() throws IOException {
        Set<String> dead = new TreeSet<>();
        for (Path document : documents()) {
            for (String link : found(LINK, text(document))) {
                if (!link.matches("[a-z]+:.*") && !isAlive(document, link)) {
                    dead.add(document + ": " + link);
                }
            }
        }
        assertThat(dead).isEmpty();
    }

    private static boolean isAlive(Path document, String link) {
        String[] parts = link.split("#", 2);
        Path target = parts[0].isEmpty()
                ? document
                : Path.of("").resolve(document).resolveSibling(parts[0]).normalize();
        return Files.exists(target)
                && (parts.length == 1 || anchors(text(target)).contains(parts[1]));
    }

    /** A document's headings as GitHub's anchors. */
    private static Set<String> anchors(String text) {
        return found("(?m)^#+ (.+)$", text).stream()
                .map(heading -> heading.toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    @Test
    void everyOptionExists() throws IOException {
        Set<String> options = found("(--[a-z][a-z0-9-]+)", text(OPTIONS));
        options.addAll(new CommandLine(new BenchmarkCommand())
                .getCommandSpec()
                .optionsMap()
                .keySet());
        Set<String> unknown = new TreeSet<>();
        for (Path document : documents()) {
            for (String code : found(CODE, text(document))) {
                for (String option : found("(?<![\\w-])(--[a-z][a-z0-9-]+)", code)) {
                    if (!options.contains(option) && !OTHERS.contains(option)) {
                        unknown.add(document + ": " + option);
                    }
                }
            }
        }
        assertThat(unknown).isEmpty();
    }

    @Test
    void everyMessageToTroubleshootExists() throws IOException {
        StringBuilder sources = new StringBuilder();
        try (Stream<Path> paths = Files.walk(SOURCES)) {
            paths.filter(path -> path.toString().endsWith(".java"))
                    .map(DocumentsTest::text)
                    .forEach(sources::append);
        }
        String messages = sources.toString().replaceAll("\"\\s*\\+\\s*\"", ""); // texts that go on in the next line
        Set<String> unknown =
                new TreeSet<>(found("(?m)^\\| `([^`]+)`", text(Path.of("docs/how-to/troubleshooting.md"))));
        unknown.removeIf(message -> OTHERS_MESSAGES.contains(message) || messages.contains(message));
        assertThat(unknown).isEmpty();
    }

    @Test
    void everyPathInTheArchitectureExists() {
        assertThat(found("`((?:src|jobs|conf|deploy|docs|demo)/[^`\\s]*)`", text(ARCHITECTURE)))
                .isNotEmpty()
                .allSatisfy(path -> assertThat(Path.of(path)).exists());
    }

    @Test
    void everyClassInTheArchitectureExists() throws IOException {
        Set<String> classes;
        try (Stream<Path> paths = Files.walk(Path.of("src"))) {
            classes = paths.map(path -> path.getFileName().toString())
                    .filter(name -> name.endsWith(".java"))
                    .map(name -> name.substring(0, name.length() - ".java".length()))
                    .collect(Collectors.toSet());
        }
        Set<String> unknown = new TreeSet<>(found("`([A-Z][a-z0-9]+(?:[A-Z][a-z0-9]*)+)`", text(ARCHITECTURE)));
        assertThat(unknown).isNotEmpty();
        unknown.removeAll(classes);
        assertThat(unknown).isEmpty();
    }

    /** Every Markdown file of the repository. */
    private static List<Path> documents() throws IOException {
        try (Stream<Path> paths = Files.walk(Path.of(""))) {
            return paths.filter(path -> path.toString().endsWith(".md"))
                    .filter(path -> !path.startsWith("target"))
                    .sorted()
                    .toList();
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** From a heading to the next of its level. */
    private static String section(String text, String heading) {
        int start = text.indexOf("\n" + heading + "\n");
        assertThat(start).as(heading).isNotNegative();
        int end = text.indexOf("\n## ", start + heading.length());
        return text.substring(start, end < 0 ? text.length() : end);
    }

    private static Set<String> found(String pattern, String text) {
        return found(Pattern.compile(pattern), text);
    }

    /** The first groups of all matches, or the matches of a pattern without groups. */
    private static Set<String> found(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(match -> match.groupCount() == 0 ? match.group() : match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
