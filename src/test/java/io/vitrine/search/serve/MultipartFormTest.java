package io.vitrine.search.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class MultipartFormTest {
    private static final String TYPE = "multipart/form-data; boundary=----WebKitFormBoundary7";
    private static final String FORM =
            """
            ------WebKitFormBoundary7
            Content-Disposition: form-data; name="picture"; filename="C:\\photos\\r\u00e9d.jpg"
            Content-Type: image/jpeg

            BYTES
            ------WebKitFormBoundary7
            Content-Disposition: form-data; name="top"

            7
            ------WebKitFormBoundary7--
            """
                    .replace("\n", "\r\n");

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void aFormHasAFileAndTexts() throws RequestRefusedException {
        MultipartForm form = MultipartForm.parse(TYPE, bytes(FORM.replace("BYTES", "\r\n--x\r\n\r\n")));
        assertThat(form.bytes("picture")).hasValue(bytes("\r\n--x\r\n\r\n"));
        assertThat(form.fileName("picture")).hasValue("r\u00e9d.jpg");
        assertThat(form.text("top")).hasValue("7");
        assertThat(form.bytes("other")).isEmpty();
        assertThat(MultipartForm.parse(TYPE, bytes(FORM.replace("BYTES", ""))).bytes("picture"))
                .hasValue(new byte[0]);
        assertThat(MultipartForm.parse(
                                "multipart/form-data; charset=utf-8; boundary=\"----WebKitFormBoundary7\"", bytes(FORM))
                        .text("top"))
                .hasValue("7");
    }

    @Test
    void damagedFormsAreRefused() throws RequestRefusedException {
        assertThatThrownBy(() -> MultipartForm.parse("multipart/form-data", bytes(FORM)))
                .isInstanceOf(RequestRefusedException.class)
                .hasMessageContaining("with a boundary");
        String part = FORM.substring(0, FORM.lastIndexOf("------"));
        assertThatThrownBy(() -> MultipartForm.parse(TYPE, bytes(part + FORM))).hasMessageContaining("twice");
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 16; i++) {
            many.append(part.substring(0, part.lastIndexOf("------")).replace("\"picture\"", "\"" + i + "\""));
        }
        assertThatThrownBy(() -> MultipartForm.parse(TYPE, bytes(many + FORM))).hasMessageContaining("more than 16");
        byte[] whole = bytes(FORM);
        int end = whole.length - "--\r\n".length(); // before it the form is not complete
        Random random = new Random(4);
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(whole, length);
            if (length < end) {
                assertThatThrownBy(() -> MultipartForm.parse(TYPE, cut)).isInstanceOf(RequestRefusedException.class);
            }
            byte[] changed = whole.clone();
            changed[random.nextInt(whole.length)] ^= (byte) (1 + random.nextInt(255));
            try {
                MultipartForm.parse(TYPE, changed).fileName("picture");
            } catch (RequestRefusedException e) {
                assertThat(e.status()).isEqualTo(400);
            }
        }
    }
}
