package io.vitrine.report.page;

import io.vitrine.report.Histogram;
import io.vitrine.report.RunDetails.ProgressPoint;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The charts of a report, as {@code svg} elements. */
final class Charts {
    private static final Color INK = new Color(0x5b6776);
    private static final Color LINE = new Color(0xe2e6eb);
    private static final Color BAR = new Color(0x3b6fb6);
    private static final Color AREA = new Color(0xd5e1f1);
    private static final int WIDE = 1000;
    private static final int NARROW = 480;
    private static final int HEIGHT = 250;
    private static final int MAX_STEPS = 80;

    private Charts() {}

    /** Images per second in the course of time, of points that do not all have the same time. */
    static String rate(List<ProgressPoint> points) {
        double end = points.get(points.size() - 1).seconds();
        double unit = end < 180 ? 1 : end < 3 * 3600 ? 60 : 3600;
        List<ProgressPoint> steps = steps(points);
        List<Double> times = new ArrayList<>();
        List<Double> rates = new ArrayList<>();
        for (int i = 1; i < steps.size(); i++) {
            ProgressPoint from = steps.get(i - 1);
            ProgressPoint to = steps.get(i);
            double rate = (to.images() - from.images()) / (to.seconds() - from.seconds());
            times.add(from.seconds() / unit);
            rates.add(rate);
            times.add(to.seconds() / unit);
            rates.add(rate);
        }
        XYChart chart = new XYChartBuilder()
                .width(WIDE)
                .height(HEIGHT)
                .xAxisTitle((unit == 1 ? "seconds" : unit == 60 ? "minutes" : "hours") + " since the start")
                .yAxisTitle("images/s")
                .build();
        style(chart.getStyler());
        chart.getStyler().setDefaultSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Area);
        chart.getStyler().setXAxisMin(0.0).setXAxisMax(end / unit).setYAxisMin(0.0);
        XYSeries series = chart.addSeries("images/s", times, rates);
        series.setMarker(SeriesMarkers.NONE);
        series.setLineColor(BAR);
        series.setLineStyle(new BasicStroke(1.5f));
        series.setFillColor(AREA);
        return SvgCanvas.draw(chart, "rate", "Images per second in the course of the run");
    }

    /** At most {@link #MAX_STEPS} intervals of about equal length, none of them empty. */
    private static List<ProgressPoint> steps(List<ProgressPoint> points) {
        double end = points.get(points.size() - 1).seconds();
        List<ProgressPoint> steps = new ArrayList<>(List.of(points.get(0)));
        for (ProgressPoint point : points) {
            if (point.seconds() - steps.get(steps.size() - 1).seconds() >= Math.max(end / MAX_STEPS, 0.001)) {
                steps.add(point);
            }
        }
        if (steps.size() == 1) {
            steps.add(points.get(points.size() - 1));
        }
        return steps;
    }

    /** The unit of a histogram's edges. */
    enum Scale {
        PLAIN,
        BYTES;

        private double unit(double edge) {
            return this == PLAIN ? 1 : edge < 1 << 20 ? 1 << 10 : 1 << 20;
        }

        private String name(double edge) {
            return this == PLAIN ? "" : edge < 1 << 20 ? " KiB" : " MiB";
        }
    }

    /** A histogram. */
    static String histogram(List<Histogram.Bar> bars, String id, String label, Scale scale) {
        CategoryChart chart = new CategoryChartBuilder()
                .width(NARROW)
                .height(HEIGHT)
                .yAxisTitle("images")
                .build();
        style(chart.getStyler());
        chart.getStyler().setXAxisLabelRotation(35);
        chart.getStyler().setAvailableSpaceFill(0.85).setYAxisMin(0.0).setYAxisMax(most(bars));
        chart.getStyler().setYAxisDecimalPattern("#,##0");
        chart.addSeries(
                        "images",
                        bars.stream().map(bar -> range(bar, scale)).toList(),
                        bars.stream().map(Histogram.Bar::images).toList())
                .setFillColor(BAR);
        return SvgCanvas.draw(chart, id, label);
    }

    /** The axis's end: at least 5, so that its steps are whole numbers. */
    private static double most(List<Histogram.Bar> bars) {
        long most = bars.stream().mapToLong(Histogram.Bar::images).max().orElse(0);
        return Math.max(5, 1.05 * most);
    }

    private static String range(Histogram.Bar bar, Scale scale) {
        if (bar.to() == null) {
            return "\u2265 " + number(bar.from() / scale.unit(bar.from())) + scale.name(bar.from());
        }
        double unit = scale.unit(bar.to());
        String to = number(bar.to() / unit) + scale.name(bar.to());
        return bar.from() == 0 ? "< " + to : number(bar.from() / unit) + " \u2013 " + to;
    }

    private static String number(double value) {
        return value == Math.rint(value)
                ? Long.toString((long) value)
                : new DecimalFormat("0.##", DecimalFormatSymbols.getInstance(Locale.ROOT)).format(value);
    }

    private static void style(AxesChartStyler styler) {
        Font font = new Font(Font.SANS_SERIF, Font.PLAIN, 13);
        styler.setLegendVisible(false).setChartTitleVisible(false).setChartBackgroundColor(Color.WHITE);
        styler.setPlotBorderVisible(false).setPlotBackgroundColor(Color.WHITE);
        styler.setPlotMargin(0).setPlotContentSize(1).setChartPadding(2);
        styler.setAxisTickLabelsFont(font)
                .setAxisTitleFont(font)
                .setAxisTickLabelsColor(INK)
                .setAxisTickMarksColor(LINE)
                .setAxisTicksLineVisible(false)
                .setPlotGridLinesColor(LINE)
                .setPlotGridVerticalLinesVisible(false)
                .setPlotGridLinesStroke(new BasicStroke(1))
                .setYAxisDecimalPattern("#,##0.##")
                .setXAxisDecimalPattern("#,##0.##");
        styler.setXAxisTitleColor(INK).setYAxisTitleColor(INK);
    }
}
