package io.vitrine.job;

import io.vitrine.job.output.OutputFolder;
import io.vitrine.report.Gallery;
import io.vitrine.report.RunRecord;
import io.vitrine.report.page.ReportPage;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes a run's report page. Everything is committed by then, so a failure is only a warning. */
final class RunReporter {
    private static final Logger LOG = LoggerFactory.getLogger(RunReporter.class);

    private final OutputFolder output;
    private final Gallery gallery;

    /** @param gallery a few images of each status, complete when a page is written */
    RunReporter(OutputFolder output, Gallery gallery) {
        this.output = output;
        this.gallery = gallery;
    }

    /** Writes the page of a run that did everything. */
    void complete(RunRecord record) {
        write(record, Optional.empty());
    }

    /** Writes the page of a run that stopped, with what it has committed. */
    void stopped(RunRecord record, RuntimeException fault) {
        write(record, Optional.of(String.valueOf(fault.getMessage())));
    }

    private void write(RunRecord record, Optional<String> fault) {
        if (record.total() == 0) {
            return; // nothing was done
        }
        try {
            output.writeReport(record.run(), ReportPage.of(record, gallery, fault));
        } catch (RuntimeException | LinkageError e) {
            LOG.warn("The report of run {} could not be written to {}", record.run(), output.location(), e);
        }
    }
}
