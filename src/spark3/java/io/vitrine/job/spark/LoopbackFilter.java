package io.vitrine.job.spark;

import java.io.IOException;
import java.net.InetAddress;
import javax.servlet.Filter;
import javax.servlet.FilterChain;
import javax.servlet.FilterConfig;
import javax.servlet.ServletException;
import javax.servlet.ServletRequest;
import javax.servlet.ServletResponse;
import javax.servlet.http.HttpServletResponse;

/** Answers only requests from this host. For {@code spark.ui.filters}; Spark creates it by name, and Spark 3 wants one of {@code javax.servlet}. */
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
