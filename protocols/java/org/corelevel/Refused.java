package org.corelevel;

import java.util.Map;

/** The broker said no, for good. */
public final class Refused extends Exception {
    private static final long serialVersionUID = 1;

    /** One of section 3 of the specification. */
    public final int code;
    /** Where the job is, if that is the reason: dead, cancelled, expired; or null. */
    public final String state;

    Refused(Map<String, Object> reply) {
        super(String.valueOf(reply.get("error")));
        code = ((Number) reply.get("code")).intValue();
        state = (String) reply.get("state");
    }
}
