package io.vitrine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.testkit.DemoCheckpoint;
import io.vitrine.testkit.Folders;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code jobs/extract --label-column} and {@code jobs/probe} on the demo pictures. */
final class ProbeCommandIT {
    private static final Path PICTURES = Path.of("demo/pictures").toAbsolutePath();

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        CommandLine line = Cli.commandLine();
        line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        return line.execute(arguments);
    }

    private String at(String name) {
        return folder.resolve(name).toString();
    }

    @Test
    void fromAListOfLabelsToAPage() throws IOException {
        List<String> lines = new ArrayList<>(List.of("path,label"));
        Folders.filesBelow(PICTURES)
                .forEach(file -> lines.add(file + "," + file.getParent().getFileName()));
        Files.write(folder.resolve("list.csv"), lines);
        assertThat(extract("list")).isZero();
        assertThat(out.toString())
                .contains("labels in list_label: top-1 100.00 %, top-5 100.00 %, mean cross entropy ");
        assertThat(probe("list_label", "--html", at("page.html")))
                .as(err::toString)
                .isZero();
        assertThat(out.toString())
                .contains(
                        "10 classes: 40 images train, 10 choose the penalty, 10 are held out\n",
                        "penalty 0.0001: mean cross entropy ")
                .containsPattern(
                        "held out: top-1 (90|100).00 %, top-5 [0-9.]+ %, mean cross entropy [0-9.]+ over 10 images");
        assertThat(folder.resolve("page.html")).hasSameTextualContentAs(folder.resolve("probe/report.html"));
        assertThat(probe("list_label")).isEqualTo(ExitCode.OUTPUT_CONFLICT.status());
        assertThat(err.toString()).contains("error: The folder " + at("probe") + " holds a probe.");
    }

    /** The list's column is called like one of the output. */
    private int extract(String list) {
        return run(
                "extract",
                "--input-list",
                at(list + ".csv"),
                "--clashing-columns",
                "rename",
                "--label-column",
                "list_label",
                "--model",
                DemoCheckpoint.location(),
                "--model-cache",
                at("cache"),
                "--columns",
                "pooler_output,label",
                "--output",
                at("features"));
    }

    private int probe(String label, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "probe",
                "--features",
                at("features"),
                "--column",
                "pooler_output",
                "--label-column",
                label,
                "--model-cache",
                at("cache"),
                "--output",
                at("probe")));
        arguments.addAll(List.of(more));
        return run(arguments.toArray(String[]::new));
    }
}
