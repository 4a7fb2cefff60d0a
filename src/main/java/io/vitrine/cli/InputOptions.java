package io.vitrine.cli;

import io.vitrine.ConfigurationException;
import io.vitrine.catalog.ListingRules;
import io.vitrine.job.request.ClashingColumns;
import io.vitrine.job.request.InputRequest;
import io.vitrine.web.WebHosts;
import io.vitrine.web.WebSettings;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** The options that say which images a run reads. */
@Section("Input")
final class InputOptions {
    /** What happens with archives in folders. */
    enum Archives {
        read,
        skip
    }

    /** What happens with columns of a list that are called like a column of the output. */
    enum Clashing {
        fail,
        drop,
        rename
    }

    private static final String FOLDERS = "--input";
    private static final String LIST = "--input-list";
    private static final String TABLE = "--input-table";

    /** Options that only some kinds of input have. */
    private static final Map<String, List<String>> KINDS = Map.ofEntries(
            Map.entry("--include", List.of(FOLDERS)),
            Map.entry("--archives", List.of(FOLDERS)),
            Map.entry("--archive-fields", List.of(FOLDERS)),
            Map.entry("--path-column", List.of(LIST)),
            Map.entry("--base-folder", List.of(LIST)),
            Map.entry("--web-hosts", List.of(LIST)),
            Map.entry("--web-connections", List.of(LIST)),
            Map.entry("--web-user-agent", List.of(LIST)),
            Map.entry("--image-column", List.of(TABLE)),
            Map.entry("--id-column", List.of(TABLE)),
            Map.entry("--clashing-columns", List.of(LIST, TABLE)));

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Brief("Folders, globs or images; may be repeated")
    @Option(
            names = FOLDERS,
            paramLabel = "PATH",
            description =
                    "Folders, globs or single images on any file system that Hadoop knows (s3a:, hdfs:, file:). May be"
                            + " repeated. Folders are listed with all folders below them; markers of Spark and Hadoop and"
                            + " hidden folders are left out, and counted.")
    private List<String> inputs = List.of();

    @Brief("A list or table of paths, instead of --input")
    @Option(
            names = LIST,
            paramLabel = "FILE",
            description =
                    "Instead of --input: a text file with one path or web address per line, or a table with a column of paths: CSV or"
                            + " TSV with a header, JSON, Parquet, Delta Lake, Iceberg, or an output of Vitrine. Its other"
                            + " columns are copied to the output.")
    private String inputList;

    @Option(
            names = TABLE,
            paramLabel = "TABLE",
            description =
                    "Instead of --input: a table whose cells are the images: Parquet, Delta Lake, Iceberg, ORC, CSV or"
                            + " JSON. Its other columns are copied to the output.")
    private String inputTable;

    @Option(
            names = "--image-column",
            paramLabel = "NAME",
            defaultValue = "image",
            description =
                    "The column of --input-table with the images: files as binary, base64 text, a struct with bytes and"
                            + " path as Hugging Face's datasets have it, or Spark's images. Dots lead into structs: image.bytes.")
    private String imageColumn;

    @Option(
            names = "--id-column",
            paramLabel = "NAME",
            description =
                    "The column of --input-table that tells images apart; it becomes the path. Without it, the path in"
                            + " the image's struct, else the file and row.")
    private String idColumn;

    @Option(
            names = "--web-hosts",
            paramLabel = "HOSTS",
            defaultValue = "public",
            description =
                    "Where web addresses in --input-list may lead to: public (hosts with a public address), none, or names"
                            + " and networks, such as public,*.images.example,10.1.0.0/16. Others become failed rows (unreadable).")
    private String webHosts;

    @Option(
            names = "--web-connections",
            paramLabel = "N",
            defaultValue = "" + WebSettings.DEFAULT_CONNECTIONS,
            description = "Images that an executor fetches from one host at a time.")
    private int webConnections;

    @Option(
            names = "--web-user-agent",
            paramLabel = "TEXT",
            defaultValue = WebSettings.DEFAULT_USER_AGENT,
            description = "What web servers are told about who asks. Some want an address to write to.")
    private String webUserAgent;

    @Option(
            names = "--path-column",
            paramLabel = "NAME",
            defaultValue = InputRequest.PathList.PATH,
            description = "The column of --input-list that holds the paths.")
    private String pathColumn;

    @Option(
            names = "--base-folder",
            paramLabel = "FOLDER",
            description = "Where relative paths of --input-list start. Without it, in the folder that holds the list.")
    private String baseFolder;

    @Option(
            names = "--clashing-columns",
            paramLabel = "WHAT",
            defaultValue = "fail",
            description =
                    "Columns of --input-list or --input-table that are called like a column of the output: fail, drop, or rename"
                            + " (list_ is put before the name).")
    private Clashing clashing;

    @Option(
            names = "--label-column",
            paramLabel = "NAME",
            description =
                    "A copied column that holds each image's class, as its index or its name in config.json's id2label: the"
                            + " run reports top-1 and top-5 accuracy and mean cross entropy of a checkpoint with a"
                            + " classifier, or the mean squared error of one with a single output.")
    private String labelColumn;

    @Brief("Only file names that match, such as \"*.{jpg,png}\"")
    @Option(
            names = "--include",
            paramLabel = "GLOB",
            defaultValue = InputRequest.Folders.EVERY_NAME,
            description = "Only files whose names match, such as \"*.{jpg,jpeg,png}\".")
    private String include;

    @Option(
            names = "--archives",
            paramLabel = "WHAT",
            defaultValue = "read",
            description = "Archives of --input (.tar, .tar.gz, .tgz, .zip): read, one row per member, or skip.")
    private Archives archives;

    @Option(
            names = "--archive-fields",
            paramLabel = "EXTENSIONS",
            split = ",",
            description = "Files next to a member of an archive, by extension, that become columns of text, such as"
                    + " json,txt,cls: 0001.txt for 0001.jpg.")
    private List<String> archiveFields = List.of();

    /** @throws ConfigurationException unless exactly one input is given, and no option of another kind of input */
    InputRequest request() {
        long given = Stream.of(!inputs.isEmpty(), inputList != null, inputTable != null)
                .filter(is -> is)
                .count();
        if (given != 1) {
            throw new ConfigurationException(
                    "Give either --input, --input-list or --input-table: --input s3a://bucket/photos");
        }
        requireOptionsOf(inputTable != null ? TABLE : inputList != null ? LIST : FOLDERS);
        ClashingColumns rule = ClashingColumns.valueOf(clashing.name().toUpperCase(Locale.ROOT));
        if (inputTable != null) {
            return new InputRequest.CellTable(inputTable, imageColumn, Optional.ofNullable(idColumn), rule);
        }
        if (inputList == null) {
            return new InputRequest.Folders(
                    inputs,
                    new ListingRules(
                            include,
                            ListingRules.Archives.valueOf(archives.name().toUpperCase(Locale.ROOT)),
                            archiveFields));
        }
        InputRequest.PathList list = new InputRequest.PathList(inputList, pathColumn).withClashingColumns(rule);
        return baseFolder == null ? list : list.withBaseFolder(baseFolder);
    }

    private void requireOptionsOf(String kind) {
        ParseResult given = command.commandLine().getParseResult();
        KINDS.keySet().stream().sorted().filter(given::hasMatchedOption).forEach(option -> {
            if (!KINDS.get(option).contains(kind)) {
                throw new ConfigurationException(option + " is for " + String.join(" or ", KINDS.get(option))
                        + ", not for " + kind + ". Leave it out.");
            }
        });
    }

    Optional<String> labelColumn() {
        return Optional.ofNullable(labelColumn);
    }

    WebSettings web() {
        return new WebSettings(WebHosts.parse(webHosts), webConnections, webUserAgent);
    }
}
