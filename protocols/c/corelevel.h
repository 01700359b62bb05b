/* A client of CoreLevel in C, on libzmq alone: spectra in, result lines out.
 *
 *     corelevel *client = corelevel_open("tcp://127.0.0.1:5760", 5000);
 *     corelevel_region region = {.name = "C 1s", .counts = counts, .points = 201, .start_eV = 280, .step_eV = 0.1};
 *     corelevel_job job = {.run = "scan-42", .seq = 1, .regions = &region, .region_count = 1};
 *     corelevel_submit(client, &job);
 *     corelevel_flush(client);
 *     char *lines = corelevel_result(client, "scan-42", "1");
 *     free(lines);
 *     corelevel_close(client);
 *
 * Jobs have keys: what is not acknowledged in time is sent again with the same bytes, on a new connection, for as long
 * as it takes. One thread at a time may use a client. Texts are UTF-8. */
#ifndef CORELEVEL_H
#define CORELEVEL_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct corelevel corelevel;

/* One region of a spectrum, or of a stack of them on one axis, one row each. */
typedef struct {
    const char *name;
    const float *counts;      /* spectra * points values */
    size_t points;            /* at least 2 */
    size_t spectra;           /* 0 and 1 are a plain spectrum */
    double start_eV, step_eV; /* the axis; the step is negative for a descending one */
    bool is_kinetic;          /* the axis is of kinetic energy: needs photon_energy_eV */
    double photon_energy_eV;  /* 0: not known */
    double pass_energy_eV;    /* 0: not known */
} corelevel_region;

typedef struct {
    const char *run;
    const char *job;  /* the key; NULL: seq in decimal */
    long long seq;    /* from 1; 0: none, then job must be there */
    long long expected; /* jobs of the run; 0: not known */
    const corelevel_region *regions;
    size_t region_count;
    const char *meta; /* a JSON object of your own, or NULL */
    int live_ttl_ms;  /* more than 0: of class live, wanted for so long */
} corelevel_job;

/* Called once for each job: code is 202 or 208 if it was taken, else why not, with the broker's sentence. */
typedef void corelevel_answer(void *context, const char *run, const char *job, int code, const char *error);

/* A client; timeout_ms is how long an answer may take before everything unanswered is sent again. NULL: no memory. */
corelevel *corelevel_open(const char *broker, int timeout_ms);
void corelevel_close(corelevel *client);
void corelevel_on_answer(corelevel *client, corelevel_answer *answer, void *context);

/* Asks who serves and learns the window; 0, or -1 with errno. */
int corelevel_hello(corelevel *client);

/* Takes a copy of the job, and waits while the window is full. -1 with errno: EINVAL if it is no job. */
int corelevel_submit(corelevel *client, const corelevel_job *job);

/* Waits until every job has its answer. */
int corelevel_flush(corelevel *client);

/* The result lines of a job, one JSON object for each spectrum, as soon as it is stored; the caller frees them. NULL if
 * it never will be: then corelevel_code, corelevel_state and corelevel_error say why. */
char *corelevel_result(corelevel *client, const char *run, const char *job);

/* The run takes no more jobs; how many are missing, or -1. */
long long corelevel_close_run(corelevel *client, const char *run, long long expected);

/* Of the last answer: its code, the job's state and the sentence; empty where there is none. */
int corelevel_code(const corelevel *client);
const char *corelevel_state(const corelevel *client);
const char *corelevel_error(const corelevel *client);

#ifdef __cplusplus
}
#endif
#endif
