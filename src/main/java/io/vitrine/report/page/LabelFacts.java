package io.vitrine.report.page;

import static j2html.TagCreator.h2;
import static j2html.TagCreator.iff;
import static j2html.TagCreator.p;
import static j2html.TagCreator.td;
import static j2html.TagCreator.tr;

import io.vitrine.report.Counted;
import io.vitrine.report.LabelScores;
import io.vitrine.report.RunRecord;
import io.vitrine.report.VisibleText;
import j2html.TagCreator;
import j2html.tags.DomContent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How the model's answers agree with labels. */
final class LabelFacts {
    private LabelFacts() {}

    /** Null for a run that compared none. */
    static DomContent section(RunRecord record) {
        return record.details().labels().map(scores -> section(record, scores)).orElse(null);
    }

    private static DomContent section(RunRecord record, LabelScores scores) {
        List<DomContent> rows = new ArrayList<>();
        if (scores.measured() > 0 && scores.isClassification()) {
            rows.add(share("top-1 accuracy", scores.top1Accuracy(), scores.top1()));
            rows.add(share("top-5 accuracy", scores.top5Accuracy(), scores.top5()));
        }
        rows.add(tr(
                td("mean " + scores.loss().replace('_', ' ')),
                td(),
                Parts.number(scores.measured() == 0 ? "" : String.format(Locale.ROOT, "%.6g", scores.meanLoss())),
                Parts.number("")));
        return TagCreator.section(
                h2("Labels"),
                Parts.rows(List.of("", "", "#value", "#images"), rows),
                p(VisibleText.of(covered(record, scores))).withClass("note"),
                iff(scores.faults() > 0, faults(scores)));
    }

    private static DomContent share(String name, double share, long images) {
        return tr(
                td(name),
                Parts.bar(share),
                Parts.number(String.format(Locale.ROOT, "%.2f %%", 100 * share)),
                Parts.number(Units.count(images)));
    }

    private static String covered(RunRecord record, LabelScores scores) {
        long before = record.doneBefore().getOrDefault("ok", 0L);
        return "The labels of the column " + scores.column() + ", compared for "
                + Counted.of(scores.measured(), "image") + " of this run"
                + (before == 0
                        ? "."
                        : "; the " + Counted.of(before, "image") + " that earlier runs did are not in these figures.");
    }

    private static DomContent faults(LabelScores scores) {
        return TagCreator.join(
                p("Not compared: " + scores.faultsInWords() + ". Some of them:").withClass("note"),
                Parts.rows(
                        List.of("why", "label", "path"),
                        scores.examples().stream()
                                .map(example -> tr(
                                        td(example.fault()),
                                        td(VisibleText.of(example.label())),
                                        td(VisibleText.of(example.path()))))
                                .toList()));
    }
}
