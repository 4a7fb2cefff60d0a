package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;

/** Recognises SVG: XML whose first element is {@code svg}. */
final class SvgText {
    private static final int MAX_BYTES = 1 << 16;
    private static final Pattern ROOT = Pattern.compile("<([a-z_][\\w.-]*:)?svg[\\s>/:].*", Pattern.DOTALL);

    private SvgText() {}

    /** Looks behind a byte-order mark, the XML declaration, processing instructions, comments and the document type. */
    static boolean isSvg(FileBytes file) {
        int start = file.matches(0, "\u00ef\u00bb\u00bf") ? 3 : 0;
        if (start == file.length() || file.at(start) != '<' && !PnmText.isSpace(file.at(start))) {
            return false;
        }
        String text = new String(
                        file.array(),
                        file.offset() + start,
                        Math.min(MAX_BYTES, file.length() - start),
                        StandardCharsets.ISO_8859_1)
                .toLowerCase(Locale.ROOT);
        int at = 0;
        while (true) {
            while (at < text.length() && PnmText.isSpace(text.charAt(at))) {
                at++;
            }
            if (text.startsWith("<!doctype", at)) {
                if (text.startsWith("svg", at + "<!doctype ".length())) {
                    return true;
                }
                at = after(text, ">", at);
            } else if (text.startsWith("<!--", at)) {
                at = after(text, "-->", at + 4);
            } else if (text.startsWith("<?", at)) {
                at = after(text, "?>", at);
            } else {
                return ROOT.matcher(text).region(at, text.length()).matches();
            }
        }
    }

    private static int after(String text, String end, int from) {
        int found = text.indexOf(end, from);
        return found < 0 ? text.length() : found + end.length();
    }
}
