/* The exercise of section 11 of the specification, as `corelevel conform client -- ./exercise` tests it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "corelevel.h"
#include "json.h"

enum { most_jobs = 1000, points = 201 };

/* What became of a job: 0 while nothing is known. */
static struct { int code; char error[256]; } outcomes[most_jobs + 1];

static void note(void *context, const char *run, const char *job, int code, const char *error) {
    (void)context, (void)run;
    long seq = strtol(job, NULL, 10);
    if (seq < 1 || seq > most_jobs) return;
    outcomes[seq].code = code;
    snprintf(outcomes[seq].error, sizeof outcomes[seq].error, "%s", error);
}

static void report_failure(const char *job, int code, const char *state, const char *error) {
    json_text line = {0};
    json_raw(&line, "{");
    json_member(&line, "job", job);
    json_integer(&line, "code", code);
    if (*state) json_member(&line, "state", state);
    json_member(&line, "error", error);
    json_raw(&line, "}");
    if (!line.failed) puts(line.bytes);
    free(line.bytes);
}

static void report_rows(const char *job, char *lines) {
    printf("{\"job\":\"%s\",\"state\":\"stored\",\"rows\":[", job);
    char *rest = NULL;
    const char *comma = "";
    for (char *line = strtok_r(lines, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        printf("%s%s", comma, line);
        comma = ",";
    }
    puts("]}");
}

int main(void) {
    const char *broker = getenv("CORELEVEL_BROKER"), *run = getenv("CORELEVEL_RUN"), *count = getenv("CORELEVEL_JOBS"),
               *timeout = getenv("CORELEVEL_TIMEOUT_MS");
    if (!broker || !run) return fputs("CORELEVEL_BROKER and CORELEVEL_RUN must be set\n", stderr), 64;
    long jobs = count ? strtol(count, NULL, 10) : 6;
    if (jobs < 1 || jobs > most_jobs) return fputs("CORELEVEL_JOBS must be 1 to 1000\n", stderr), 64;
    corelevel *client = corelevel_open(broker, timeout ? atoi(timeout) : 5000);
    if (!client || corelevel_hello(client)) return fprintf(stderr, "nothing answers at %s\n", broker), 69;
    corelevel_on_answer(client, note, NULL);

    float counts[points];
    for (long seq = 1; seq <= jobs; seq++) {
        for (int point = 0; point < points; point++) counts[point] = (float)(100 + point * seq % 50);
        corelevel_region region = {.name = "C 1s", .counts = counts, .points = points, .start_eV = 278, .step_eV = 0.1};
        corelevel_job job = {.run = run, .seq = seq, .regions = &region, .region_count = 1};
        if (corelevel_submit(client, &job)) return perror("submit"), 71;
    }
    if (corelevel_flush(client) || corelevel_close_run(client, run, jobs) < 0) return perror("close"), 71;

    int status = 0;
    for (long seq = 1; seq <= jobs; seq++) {
        char key[24];
        snprintf(key, sizeof key, "%ld", seq);
        if (outcomes[seq].code >= 300) {
            report_failure(key, outcomes[seq].code, "", outcomes[seq].error);
            status = 65;
            continue;
        }
        char *lines = corelevel_result(client, run, key);
        if (lines) {
            report_rows(key, lines);
        } else {
            report_failure(key, corelevel_code(client), corelevel_state(client), corelevel_error(client));
            status = 65;
        }
        free(lines);
    }
    corelevel_close(client);
    return status;
}
