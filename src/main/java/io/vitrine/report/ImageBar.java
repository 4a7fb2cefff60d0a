package io.vitrine.report;

import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A bar with rate, failures and time left, on a terminal. It appears with the first image. */
final class ImageBar implements ImageMeter {
    private final ProgressBarBuilder builder;
    private ProgressBar bar;

    ImageBar(long total) {
        builder = new ProgressBarBuilder()
                .setTaskName("images")
                .setInitialMax(total)
                .setStyle(ProgressBarStyle.ASCII)
                .showSpeed();
    }

    @Override
    public void update(long done, long failed) {
        if (bar == null) {
            bar = builder.build();
        }
        bar.stepTo(done);
        if (failed > 0) {
            bar.setExtraMessage(String.format(Locale.ROOT, " %,d failed", failed));
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
