package io.vitrine.web;

import java.net.ProxySelector;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.ClientTlsStrategyBuilder;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * Builds the HTTP client: it connects to checked addresses only, bounds times and headers, and leaves redirects and retries to its
 * caller. Cookies, credentials and compressed transfer are off.
 */
final class CarefulHttp {
    private static final int MAX_HEADERS = 200;
    private static final int MAX_HEADER_BYTES = 64 << 10;
    private static final int MAX_CONNECTIONS = 512;
    private static final TimeValue IDLE = TimeValue.ofSeconds(20);

    private CarefulHttp() {}

    /** @param lookup gives every address of a name */
    static CloseableHttpClient client(
            WebSettings settings, WebPace pace, SSLContext tls, ProxySelector proxies, DnsResolver lookup) {
        return HttpClientBuilder.create()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setDnsResolver(new CheckedResolver(settings.hosts(), lookup))
                        .setTlsSocketStrategy(ClientTlsStrategyBuilder.create()
                                .setSslContext(tls)
                                .buildClassic())
                        .setConnectionFactory(ManagedHttpClientConnectionFactory.builder()
                                .http1Config(Http1Config.custom()
                                        .setMaxHeaderCount(MAX_HEADERS)
                                        .setMaxLineLength(MAX_HEADER_BYTES)
                                        .build())
                                .build())
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(Timeout.of(pace.connect()))
                                .setSocketTimeout(Timeout.of(pace.answer()))
                                .build())
                        .setMaxConnPerRoute(settings.connectionsPerHost())
                        .setMaxConnTotal(MAX_CONNECTIONS)
                        .build())
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setResponseTimeout(Timeout.of(pace.answer()))
                        .setAuthenticationEnabled(false)
                        .build())
                .setRoutePlanner(new CheckedRoutes(settings.hosts(), proxies, lookup))
                .setUserAgent(settings.userAgent())
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableContentCompression()
                .disableCookieManagement()
                .disableAuthCaching()
                .evictIdleConnections(IDLE)
                .build();
    }
}
