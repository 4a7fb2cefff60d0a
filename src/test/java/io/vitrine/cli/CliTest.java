package io.vitrine.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.Size;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.TypeConversionException;

final class CliTest {
    private final StringWriter err = new StringWriter();
    private final StringWriter out = new StringWriter();

    private int execute(String... arguments) {
        return Cli.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }

    private static CommandSpec extract() {
        return Cli.commandLine().getSubcommands().get("extract").getCommandSpec();
    }

    @ParameterizedTest
    @ValueSource(strings = {"extract", "embed-text", "inspect", "export", "verify"})
    void everyOptionIsExplainedUnderAHeading(String command) {
        Map<String, List<OptionSpec>> sections = OptionSections.of(
                Cli.commandLine().getSubcommands().get(command).getCommandSpec());
        assertThat(sections.values().stream().flatMap(List::stream))
                .allSatisfy(option -> assertThat(option.description()).isNotEmpty());
        assertThat(sections).containsKeys("Model", "Help");
    }

    @Test
    void helpAllExplainsEveryOptionWithItsDefault() {
        assertThat(execute("extract", "--help-all")).isZero();
        String help = out.toString().replaceAll("\\s+", " ");
        List<OptionSpec> options = extract().options();
        assertThat(options).hasSizeGreaterThan(18).allSatisfy(option -> {
            assertThat(help).contains(option.longestName());
            assertThat(help).doesNotContain("Default: []");
            if (option.defaultValue() != null && option.arity().max() > 0) {
                assertThat(help).contains("Default: " + option.defaultValue());
            }
        });
        assertThat(ExitCode.values())
                .allSatisfy(code -> assertThat(help).contains(code.status() + " " + code.description()));
    }

    @Test
    void helpFitsOneScreen() {
        assertThat(execute("extract", "--help")).isZero();
        assertThat(out.toString().lines())
                .hasSizeLessThanOrEqualTo(50)
                .allMatch(line -> line.length() <= 80)
                .contains("Input:", "Model:", "Output:", "Reruns:", "Speed:", "GPU:", "Examples:")
                .anyMatch(line -> line.startsWith("  --input PATH"))
                .anyMatch(line -> line.startsWith("Exit codes: 0 success, 1 internal error"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"embed-text", "inspect", "export", "verify", "vectors", "index", "search", "duplicates", "probe"
            })
    void helpHasNoLongerLinesThanAScreen(String command) {
        assertThat(execute(command, "--help")).isZero();
        assertThat(out.toString().lines()).allMatch(line -> line.length() <= 80);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--input x --output y | Missing required option: '--model=MODEL'",
                "--inptu x | Unknown option --inptu. Did you mean --input?",
                "--model m --output y --inptu x | Unknown option --inptu. Did you mean --input?",
                "--model m --output y x | Unexpected argument x.",
                "--model m --output y --exif maybe | Invalid value for option '--exif': expected one of [apply, ignore]"
                        + " (case-sensitive) but was 'maybe'",
                "--model m --output y | Give either --input, --input-list or --input-table: --input s3a://bucket/photos",
                "--model m --output y --input x --id-column sku |"
                        + " --id-column is for --input-table, not for --input. Leave it out.",
                "--model m --output y --input-table t --web-hosts none |"
                        + " --web-hosts is for --input-list, not for --input-table. Leave it out.",
                "--model m --output y --input-list l --archives read |"
                        + " --archives is for --input, not for --input-list. Leave it out.",
                "--model m --output y --input x --clashing-columns drop |"
                        + " --clashing-columns is for --input-list or --input-table, not for --input. Leave it out.",
                "--model m --output y --input x --archives skip --archive-fields txt |"
                        + " --archive-fields reads archives, and --archives skip leaves them out. Give one of the two.",
                "--model m --output y --input x --archive-fields txt,TXT |"
                        + " --archive-fields names 'TXT' twice, which would be two columns of one name.",
                "--model m --output y --input x --batch-size 0 | --batch-size is 0, but must be at least 1.",
                "--model m --output y --input x --batch-size many | Invalid value for option '--batch-size':"
                        + " 'many' is neither a number, such as 8, nor auto"
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
