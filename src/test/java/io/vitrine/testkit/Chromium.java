package io.vitrine.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Debian's {@code chromium} without a window, on one local page at a time. It reaches no network. */
public final class Chromium {
    private static final long TIMEOUT_SECONDS = 60;

    /** What a browser with an empty profile asks for before it opens a page. */
    private static final Pattern BROWSERS_OWN =
            Pattern.compile("^https?://(clients2|accounts|update)\\.google(apis)?\\.com/");

    private final Path program;
    private final Path folder;

    private Chromium(Path program, Path folder) {
        this.program = program;
        this.folder = folder;
    }

    /**
     * The installed browser; empty if there is none.
     *
     * @param folder for its profile and what it writes
     */
    public static Optional<Chromium> find(Path folder) {
        return Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst()
                .map(program -> new Chromium(program, folder));
    }

    /**
     * What the browser made of a page.
     *
     * @param dom the page after loading, as HTML
     * @param log errors of the page, and other messages
     * @param requests the URLs that the browser asked for, the page's own not among them
     */
    public record Page(String dom, String log, List<String> requests) {}

    /** Opens a page. */
    public Page open(Path page) {
        Path requests = folder.resolve("requests.json");
        List<String> arguments = arguments();
        arguments.addAll(
                List.of("--log-net-log=" + requests, "--dump-dom", page.toUri().toString()));
        Path dom = folder.resolve("dom.html");
        String log = run(arguments, dom);
        try {
            return new Page(Files.readString(dom), log, requested(requests, page));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Draws a page of a width into a PNG file. */
    public void draw(Path page, int width, int height, Path png) {
        List<String> arguments = arguments();
        arguments.addAll(List.of(
                "--hide-scrollbars",
                "--window-size=" + width + "," + height,
                "--screenshot=" + png,
                page.toUri().toString()));
        run(arguments, folder.resolve("draw.txt"));
    }

    private static List<String> requested(Path log, Path page) throws IOException {
        return Stream.of(Files.readString(log).split("\"url\":\""))
                .skip(1)
                .map(rest -> rest.substring(0, rest.indexOf('"')))
                .filter(url -> !url.equals(page.toUri().toString()))
                .filter(url -> !BROWSERS_OWN.matcher(url).find())
                .filter(url -> url.startsWith("http") || url.startsWith("ws") || url.startsWith("file"))
                .toList();
    }

    private List<String> arguments() {
        return new ArrayList<>(List.of(
                program.toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--host-resolver-rules=MAP * ~NOTFOUND", // nothing leaves this machine
                "--enable-logging=stderr",
                "--user-data-dir=" + profile()));
    }

    private Path profile() {
        try {
            return Files.createTempDirectory(folder, "profile-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String run(List<String> command, Path out) {
        Path err = folder.resolve("chromium.log");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("Chromium did not end: " + Files.readString(err));
            }
            return Files.readString(err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
