package io.vitrine.report.page;

import static j2html.TagCreator.b;
import static j2html.TagCreator.div;
import static j2html.TagCreator.each;
import static j2html.TagCreator.h1;
import static j2html.TagCreator.h2;
import static j2html.TagCreator.header;
import static j2html.TagCreator.p;
import static j2html.TagCreator.section;
import static j2html.TagCreator.span;
import static j2html.TagCreator.td;
import static j2html.TagCreator.tr;

import io.vitrine.report.LabelScores;
import io.vitrine.report.ProbeRecord;
import io.vitrine.report.VisibleText;
import j2html.TagCreator;
import j2html.tags.DomContent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A linear probe's record as a page for a person, as {@link ReportPage} is: one file without scripts, which loads nothing. */
public final class ProbePage {
    private static final int MAX_MATRIX = 30; // classes on a side
    private static final int MAX_ROWS = 100;
    private static final int MAX_NAME = 60;

    private ProbePage() {}

    /** The page. */
    public static String of(ProbeRecord record) {
        String name = "Linear probe on " + record.features().column();
        return ReportPage.page(
                name,
                header(
                        h1(name),
                        p(VisibleText.of("of " + record.features().output() + ", labels in "
                                + record.labels().column())),
                        p("started " + record.started())),
                tiles(record),
                section(h2("Confusions of held-out images"), confusions(record)),
                section(h2("Classes"), classes(record)),
                section(h2("Training"), training(record)));
    }

    private static DomContent tiles(ProbeRecord record) {
        LabelScores scores = record.heldOut();
        return div(
                        tile(percent(scores.top1Accuracy()), "top-1 accuracy"),
                        tile(percent(scores.top5Accuracy()), "top-5 accuracy"),
                        tile(String.format(Locale.ROOT, "%.4g", scores.meanLoss()), "mean cross entropy"),
                        tile(Units.count(scores.measured()), "held-out images"),
                        tile(Units.count(record.labels().classes()), "classes"))
                .withClass("tiles");
    }

    private static DomContent tile(String value, String name) {
        return div(b(value), span(name)).withClass("tile");
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f %%", 100 * share);
    }

    private static DomContent confusions(ProbeRecord record) {
        if (record.confusions().isEmpty()) {
            return p("None: the probe tells every held-out image right.").withClass("note");
        }
        return record.labels().classes() <= MAX_MATRIX ? matrix(record) : worst(record);
    }

    /** All pairs of classes. */
    private static DomContent matrix(ProbeRecord record) {
        Map<String, Map<String, Long>> counts = new HashMap<>();
        record.classes().forEach(each -> counts.computeIfAbsent(each.name(), key -> new HashMap<>())
                .put(each.name(), each.right()));
        record.confusions().forEach(each -> counts.get(each.actual()).put(each.predicted(), each.images()));
        List<String> names = counts.keySet().stream().sorted().toList();
        List<String> columns = new ArrayList<>(List.of("is, taken for"));
        names.forEach(name -> columns.add("#" + shown(name)));
        return Parts.rows(
                columns,
                names.stream()
                        .map(actual -> tr(
                                td(shown(actual)),
                                each(names, predicted -> cell(actual, predicted, counts.get(actual)))))
                        .toList());
    }

    private static DomContent cell(String actual, String predicted, Map<String, Long> counts) {
        long images = counts.getOrDefault(predicted, 0L);
        String text = images == 0 ? "" : Units.count(images);
        return actual.equals(predicted) ? td(b(text)).withClass("number") : Parts.number(text);
    }

    private static DomContent worst(ProbeRecord record) {
        return TagCreator.join(
                Parts.rows(
                        List.of("is", "taken for", "#images"),
                        record.confusions().stream()
                                .limit(MAX_ROWS)
                                .map(each -> tr(
                                        td(shown(each.actual())),
                                        td(shown(each.predicted())),
                                        Parts.number(Units.count(each.images()))))
                                .toList()),
                p("The most frequent ones; probe.json has up to 1,000.").withClass("note"));
    }

    private static DomContent classes(ProbeRecord record) {
        return TagCreator.join(
                Parts.rows(
                        List.of("class", "", "#right", "#held out"),
                        record.classes().stream()
                                .limit(MAX_ROWS)
                                .map(each -> tr(
                                        td(shown(each.name())),
                                        Parts.bar((double) each.right() / each.images()),
                                        Parts.number(Units.count(each.right())),
                                        Parts.number(Units.count(each.images()))))
                                .toList()),
                p(record.labels().classes() > MAX_ROWS
                                ? "Those told wrong most often; probe.json has up to 1,000."
                                : "")
                        .withClass("note"));
    }

    private static DomContent training(ProbeRecord record) {
        ProbeRecord.Training training = record.training();
        ProbeRecord.Split split = record.split();
        List<String> facts = new ArrayList<>();
        facts.add(String.format(
                Locale.ROOT,
                "Multinomial logistic regression on %,d dimensions, standardised for the penalty; L2 penalty %s, %,d"
                        + " iterations%s.",
                record.features().dimension(),
                ProbeRecord.plain(training.penalty()),
                training.iterations(),
                training.converged() ? "" : ", stopped before it converged: give more --iterations"));
        facts.add(String.format(
                Locale.ROOT,
                "%,d images trained, %,d more chose the penalty and trained then, %,d judged (holdout %s, seed %d).",
                split.training(),
                split.validation(),
                split.heldOut(),
                split.holdout(),
                split.seed()));
        ProbeRecord.Labels labels = record.labels();
        if (labels.withoutLabel() > 0) {
            facts.add("Left out: " + labels.describeWithoutLabel() + ".");
        }
        if (labels.singles() > 0) {
            facts.add("Left out: " + labels.describeSingles() + ".");
        }
        facts.add("Checkpoint: " + record.features().model() + ", fingerprint "
                + record.features().fingerprint() + ".");
        return TagCreator.join(
                Parts.rows(
                        List.of("penalty", "#accuracy", "#mean cross entropy", "#validation images"),
                        training.trials().stream()
                                .map(trial -> tr(
                                        td(ProbeRecord.plain(trial.penalty())),
                                        Parts.number(percent(trial.accuracy())),
                                        Parts.number(String.format(Locale.ROOT, "%.4g", trial.meanLoss())),
                                        Parts.number(Units.count(trial.images()))))
                                .toList()),
                each(facts, fact -> p(VisibleText.of(fact)).withClass("note")));
    }

    private static String shown(String name) {
        return VisibleText.of(name.length() <= MAX_NAME ? name : name.substring(0, MAX_NAME) + "...");
    }
}
