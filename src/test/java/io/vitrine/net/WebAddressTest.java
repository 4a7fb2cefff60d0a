package io.vitrine.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What browsers make of addresses: the examples are of the URL Standard and its tests. */
final class WebAddressTest {
    @ParameterizedTest
    @CsvSource(
            delimiterString = " -> ",
            quoteCharacter = '~',
            value = {
                "http://example.com -> http://example.com/",
                "HTTP://EXAMPLE.com:80/A/b -> http://example.com/A/b",
                "https://example.com:443/x -> https://example.com/x",
                "https://example.com:80/x -> https://example.com:80/x",
                "http://example.com:008080/ -> http://example.com:8080/",
                "http://example.com:/x -> http://example.com/x",
                "~  https://example.com/x\t.jpg  ~ -> https://example.com/x.jpg",
                "https:example.com/x -> https://example.com/x",
                "https:///example.com/x -> https://example.com/x",
                "https:\\\\example.com\\a\\b.jpg -> https://example.com/a/b.jpg",
                "http://example.com/a//b.jpg -> http://example.com/a//b.jpg",
                "http://example.com/a/./b/../c.jpg -> http://example.com/a/c.jpg",
                "http://example.com/a/%2E%2e/b/%2e -> http://example.com/b/",
                "http://example.com/../../x -> http://example.com/x",
                "http://example.com/a b\"<>`{}.jpg -> http://example.com/a%20b%22%3C%3E%60%7B%7D.jpg",
                "http://example.com/a|b[1].jpg -> http://example.com/a|b[1].jpg",
                "http://example.com/50%.jpg -> http://example.com/50%.jpg",
                "http://example.com/caf%C3%A9.jpg -> http://example.com/caf%C3%A9.jpg",
                "http://example.com/café.jpg -> http://example.com/caf%C3%A9.jpg",
                "http://example.com/雪?q=雪 'x' -> http://example.com/%E9%9B%AA?q=%E9%9B%AA%20%27x%27",
                "http://example.com?w=1/../2#top -> http://example.com/?w=1/../2",
                "http://example.com/x? -> http://example.com/x?",
                "http://example.com/x#a?b -> http://example.com/x",
                "http://under_score.example.com/ -> http://under_score.example.com/",
                "http://bücher.example/ -> http://xn--bcher-kva.example/",
                "http://BÜCHER.example/ -> http://xn--bcher-kva.example/",
                "http://b%C3%BCcher.example/ -> http://xn--bcher-kva.example/",
                "http://faß.example/ -> http://xn--fa-hia.example/",
                "http://βόλος.com/ -> http://xn--nxasmm1c.com/",
                "http://日本語。jp/ -> http://xn--wgv71a119e.jp/",
                "http://ＧＯ.com/ -> http://go.com/",
                "http://GOO\u200b\u2060\ufeffgoo.com/ -> http://googoo.com/",
                "http://☃.example/ -> http://xn--n3h.example/",
                "http://192.0.2.1:8000/x -> http://192.0.2.1:8000/x",
                "http://[2001:DB8::1]/x -> http://[2001:db8:0:0:0:0:0:1]/x",
                "http://[::ffff:192.0.2.1]/ -> http://192.0.2.1/"
            })
    void anAddressHasTheFormThatBrowsersGiveIt(String text, String canonical) {
        assertThat(WebAddress.parse(text)).hasToString(canonical);
        assertThat(WebAddress.parse(canonical)).hasToString(canonical);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://example.com/x",
                "/x.jpg",
                "http://",
                "http:///",
                "http://./",
                "http://a b/",
                "http://a%00b/",
                "http://a%2fb/",
                "http://a:b/",
                "http://example.com:65536/",
                "http://example.com:99999999999999999999/",
                "http://[::1/",
                "http://[fe80::1%25eth0]/",
                "http://[example]/",
                "http://2130706433/",
                "http://0x7f.1/",
                "http://127.1/",
                "http://127.0.0.01/",
                "http://256.0.0.1/",
                "http://１２７.1/",
                "http://example.0x7f/"
            })
    void whatHasNoHostIsNoAddress(String text) {
        assertThatThrownBy(() -> WebAddress.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aVeryLongAddressOrHostIsRefused() {
        assertThatThrownBy(() -> WebAddress.parse("http://example.com/" + "x".repeat(9000)))
                .hasMessage("9019 characters; the limit is 8192");
        assertThatThrownBy(() -> WebAddress.parse("http://" + "x".repeat(64) + ".com/"))
                .hasMessageContaining("name is too long");
        assertThatThrownBy(() -> WebAddress.parse("http://" + "雪".repeat(300) + ".com/"))
                .hasMessageContaining("name is too long");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://user:secret@example.com/x",
                "http://user@example.com/",
                "https:\\\\user:secret@example.com/",
                "https:user:secret@example.com",
                "http://@example.com/",
                "http://a@b:secret@example.com/"
            })
    void anAddressWithAUserIsRefused(String text) {
        assertThatThrownBy(() -> WebAddress.parse(text)).hasMessage("it holds a user");
        assertThat(WebAddress.withoutUser(text, "***"))
                .doesNotContain("secret")
                .doesNotContain("user")
                .startsWith(text.startsWith("https") ? "https://***@example.com" : "http://***@example.com");
    }

    @Test
    void aPasswordThatEndsTheHostIsRemovedToo() {
        assertThat(WebAddress.withoutUser("http://user:sec/ret@example.com/x", "***"))
                .isEqualTo("http://***@example.com/x");
        assertThat(WebAddress.withoutUser(" HTTP:\\\\a b/x ", "***")).isEqualTo("http://a b/x");
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " -> ",
            value = {
                "https://other.example/y -> https://other.example/y",
                "//other.example/y -> http://other.example/y",
                "/y?z -> http://example.com:8080/y?z",
                "y.jpg -> http://example.com:8080/a/y.jpg",
                "../y.jpg -> http://example.com:8080/y.jpg",
                "?w=2 -> http://example.com:8080/a/b?w=2",
                "# -> http://example.com:8080/a/b?w=1",
                "é y.jpg#x -> http://example.com:8080/a/%C3%A9%20y.jpg"
            })
    void aReferenceIsResolved(String reference, String expected) {
        assertThat(WebAddress.parse("http://example.com:8080/a/b?w=1").resolve(reference))
                .hasToString(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:///etc/passwd", "ftp://example.com/", "data:image/png;base64,AAAA", "http://u:p@h/"})
    void aReferenceToSomethingElseIsRefused(String reference) {
        WebAddress at = WebAddress.parse("http://example.com/");
        assertThatThrownBy(() -> at.resolve(reference)).isInstanceOf(IllegalArgumentException.class);
    }
}
