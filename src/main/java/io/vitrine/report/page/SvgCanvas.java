package io.vitrine.report.page;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGeneratorContext;
import org.apache.batik.svggen.SVGGraphics2D;
import org.apache.batik.svggen.SVGIDGenerator;
import org.knowm.xchart.internal.chartpart.Chart;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** Draws charts as SVG elements that fill the width of their place in a page. */
final class SvgCanvas {
    private static final String SVG = "http://www.w3.org/2000/svg";

    private SvgCanvas() {}

    /**
     * The {@code svg} element of a chart.
     *
     * @param id of the chart in its page
     * @param label what it shows, for screen readers
     */
    static String draw(Chart<?, ?> chart, String id, String label) {
        Document document = document();
        SVGGeneratorContext context = SVGGeneratorContext.createDefault(document);
        context.setComment(null);
        context.setIDGenerator(
                new SVGIDGenerator() { // elements of several charts share a page
                    @Override
                    public String generateID(String prefix) {
                        return id + "-" + super.generateID(prefix);
                    }
                });
        SVGGraphics2D graphics = new SVGGraphics2D(context, /* textAsShapes= */ false);
        chart.paint(graphics, chart.getWidth(), chart.getHeight());
        Element root = graphics.getRoot();
        removeIfEmpty(root, "genericDefs");
        root.setAttributeNS(null, "viewBox", "0 0 " + chart.getWidth() + " " + chart.getHeight());
        root.setAttributeNS(null, "class", "chart");
        root.setAttributeNS(null, "id", id);
        root.setAttributeNS(null, "role", "img");
        root.setAttributeNS(null, "aria-label", label);
        return text(graphics, root);
    }

    private static Document document() {
        try {
            return DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .getDOMImplementation()
                    .createDocument(SVG, "svg", null);
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException(e); // the JDK's parser
        }
    }

    private static void removeIfEmpty(Element root, String id) {
        for (var child = root.getFirstChild(); child != null; child = child.getNextSibling()) {
            if (child instanceof Element element && element.getAttribute("id").equals(id)) {
                root.removeChild(child);
                return;
            }
        }
    }

    private static String text(SVGGraphics2D graphics, Element root) {
        StringWriter text = new StringWriter();
        try {
            graphics.stream(root, text, /* useCss= */ false, /* escaped= */ false);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // to memory
        }
        String xml = text.toString();
        return xml.substring(xml.indexOf("<svg")); // without the XML declaration
    }
}
