package io.vitrine.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.Size;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.TypeConversionException;

final class CliTest {
    private final StringWriter err = new StringWriter();

    private int execute(String... arguments) {
        return Cli.commandLine().setErr(new PrintWriter(err)).execute(arguments);
    }

    @Test
    void helpExplainsEveryOptionWithItsDefault() {
        CommandLine extract = new CommandLine(new ExtractCommand());
        String help = extract.getUsageMessage(CommandLine.Help.Ansi.OFF).replaceAll("\\s+", " ");
        List<OptionSpec> options = extract.getCommandSpec().options();
        assertThat(options).hasSizeGreaterThan(18).allSatisfy(option -> {
            assertThat(option.description()).isNotEmpty();
            assertThat(help).contains(option.longestName());
            assertThat(help).doesNotContain("Default: []");
            if (option.defaultValue() != null && option.arity().max() > 0) {
                assertThat(help).contains("Default: " + option.defaultValue());
            }
        });
    }

    @Test
    void theReadmesDefaultsAreTheCommands() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        assertThat(readme).contains("| `--batch-size` | `" + defaultOf("--batch-size") + "` |");
        assertThat(readme).contains("| `--include` | `" + defaultOf("--include") + "` |");
        assertThat(readme).contains("| `--exif` | `" + defaultOf("--exif") + "` |");
        assertThat(readme)
                .contains("`--fetch-bytes` | " + defaultOf("--fetch-ahead") + ", "
                        + (Long.parseLong(defaultOf("--fetch-bytes")) >> 20) + " MiB |");
        for (OptionSpec option :
                new CommandLine(new ExtractCommand()).getCommandSpec().options()) {
            if (!List.of("--help", "--version", "--output", "--model-cache", "--dry-run")
                    .contains(option.longestName())) {
                assertThat(readme).contains("`" + option.longestName() + "`");
            }
        }
    }

    private static String defaultOf(String option) {
        return new CommandLine(new ExtractCommand())
                .getCommandSpec()
                .findOption(option)
                .defaultValue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--input x --output y | Missing required option: '--model=MODEL'",
                "--model m --output y --inptu x | Unknown option --inptu. Did you mean --input?",
                "--model m --output y x | Unexpected argument x.",
                "--model m --output y --exif maybe | Invalid value for option '--exif': expected one of [apply, ignore]"
                        + " (case-sensitive) but was 'maybe'"
            })
    void aWrongCommandLineIsTwoLinesAndStatusTwo(String options, String problem) {
        assertThat(execute(("extract " + options).split(" "))).isEqualTo(2);
        assertThat(err.toString().lines()).containsExactly("error: " + problem, "See: jobs/extract --help");
    }

    @Test
    void anUnknownCommandNamesTheNearest() {
        assertThat(execute("extrac", "--input", "x")).isEqualTo(2);
        assertThat(err.toString().lines())
                .containsExactly("error: Unexpected argument extrac. Did you mean extract?", "See: vitrine --help");
    }

    @Test
    void sizesAreASideOrHeightTimesWidth() {
        SizeConverter converter = new SizeConverter();
        assertThat(converter.convert("384")).isEqualTo(new Size(384, 384));
        assertThat(converter.convert("384x512")).isEqualTo(new Size(384, 512));
        assertThatThrownBy(() -> converter.convert("0x5"))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("'0x5' is neither a side (384) nor height x width (384x512)");
    }
}
