package io.vitrine.web;

import io.vitrine.ConfigurationException;
import java.io.Serializable;

/**
 * How images are fetched from web addresses.
 *
 * @param hosts where from
 * @param connectionsPerHost requests that one executor has under way at one host
 * @param userAgent what servers are told about the client
 */
public record WebSettings(WebHosts hosts, int connectionsPerHost, String userAgent) implements Serializable {
    public static final int DEFAULT_CONNECTIONS = 16;
    public static final String DEFAULT_USER_AGENT = "Vitrine";

    public static final WebSettings DEFAULT = new WebSettings(WebHosts.PUBLIC, DEFAULT_CONNECTIONS, DEFAULT_USER_AGENT);

    public WebSettings {
        if (connectionsPerHost < 1) {
            throw new ConfigurationException(
                    "--web-connections is " + connectionsPerHost + ", but must be at least 1.");
        }
        if (!userAgent.matches("[!-~](?:[ -~]*[!-~])?")) { // a line break would begin another header
            throw new ConfigurationException("--web-user-agent must be one line of ASCII without blanks around it.");
        }
    }
}
