package io.vitrine.job.spark;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;

/** Answers only requests from this host. For {@code spark.ui.filters}; Spark creates it by name, and Spark 4 wants one of {@code jakarta.servlet}. */
public final class LoopbackFilter implements Filter {
    private static final String REFUSED =
            "This page answers requests from its own host only. Forward a port (ssh -L), or start the"
                    + " run with SPARK_LOCAL_IP set to the address to listen on.";

    @Override
    public void init(FilterConfig config) {
        // nothing to configure
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (InetAddress.getByName(request.getRemoteAddr()).isLoopbackAddress()) {
            chain.doFilter(request, response);
        } else {
            ((HttpServletResponse) response).sendError(HttpServletResponse.SC_FORBIDDEN, REFUSED);
        }
    }

    @Override
    public void destroy() {
        // holds nothing
    }
}
