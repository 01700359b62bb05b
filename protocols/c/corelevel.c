#include "corelevel.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zmq.h>

#include "job.h"
#include "json.h"

enum {
    blind_window = 16, /* until the broker has told the window */
    most_window = 256,
    run_bytes = 129,
    job_bytes = 65,
    no_retry_ms = 1000,
};

/* A job that has no answer yet, with the frames as they are sent each time. */
typedef struct pending {
    struct pending *next;
    char run[run_bytes], job[job_bytes];
    json_text header;
    size_t frame_count;
    void **frames;
    size_t *sizes;
    int64_t sent_ms; /* 0: waits for its turn */
} pending;

struct corelevel {
    void *context, *socket;
    char *broker;
    int timeout_ms;
    long long credit, flying, next_id;
    int64_t paused_until_ms;
    pending *first;
    corelevel_answer *answer;
    void *answer_context;
    /* The question that is asked, and its answer. */
    json_text question;
    long long question_id;
    int64_t asked_ms;
    bool is_asking;
    char *reply, *body;
    size_t reply_length;
    int code;
    char state[16], error[1024];
};

static int64_t now_ms(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* Little-endian bytes of single floats, whatever the machine's own order. */
static void *little_endian(const float *values, size_t count) {
    unsigned char *bytes = malloc(count ? count * 4 : 1);
    for (size_t i = 0; bytes && i < count; i++) {
        uint32_t bits;
        memcpy(&bits, values + i, 4);
        for (int place = 0; place < 4; place++) bytes[i * 4 + place] = (unsigned char)(bits >> 8 * place);
    }
    return bytes;
}

/* The connection */

static int connect_anew(corelevel *client) {
    if (client->socket) zmq_close(client->socket);
    client->socket = zmq_socket(client->context, ZMQ_DEALER);
    if (!client->socket) return -1;
    int none = 0, yes = 1, most_ms = 2000;
    zmq_setsockopt(client->socket, ZMQ_LINGER, &none, sizeof none);
    zmq_setsockopt(client->socket, ZMQ_IMMEDIATE, &yes, sizeof yes);
    zmq_setsockopt(client->socket, ZMQ_RECONNECT_IVL_MAX, &most_ms, sizeof most_ms);
    for (pending *job = client->first; job; job = job->next) job->sent_ms = 0;
    client->flying = 0;
    client->asked_ms = 0;
    return zmq_connect(client->socket, client->broker);
}

corelevel *corelevel_open(const char *broker, int timeout_ms) {
    corelevel *client = calloc(1, sizeof *client);
    if (!client) return NULL;
    client->broker = strdup(broker);
    client->context = zmq_ctx_new();
    client->timeout_ms = timeout_ms > 0 ? timeout_ms : 5000;
    client->credit = blind_window;
    if (!client->broker || !client->context || connect_anew(client)) {
        corelevel_close(client);
        return NULL;
    }
    return client;
}

static void release(pending *job) {
    for (size_t i = 0; i < job->frame_count; i++) free(job->frames[i]);
    free(job->frames);
    free(job->sizes);
    free(job->header.bytes);
    free(job);
}

void corelevel_close(corelevel *client) {
    if (!client) return;
    while (client->first) {
        pending *job = client->first;
        client->first = job->next;
        release(job);
    }
    if (client->socket) zmq_close(client->socket);
    if (client->context) zmq_ctx_term(client->context);
    free(client->question.bytes);
    free(client->reply);
    free(client->body);
    free(client->broker);
    free(client);
}

void corelevel_on_answer(corelevel *client, corelevel_answer *answer, void *context) {
    client->answer = answer;
    client->answer_context = context;
}

/* Sending */

static bool send_frames(void *socket, const char *header, size_t length, const pending *job) {
    size_t count = job ? job->frame_count : 0;
    /* Once the first frame is taken the others are. */
    if (zmq_send(socket, header, length, ZMQ_DONTWAIT | (count ? ZMQ_SNDMORE : 0)) < 0) return false;
    for (size_t i = 0; i < count; i++)
        zmq_send(socket, job->frames[i], job->sizes[i], i + 1 < count ? ZMQ_SNDMORE : 0);
    return true;
}

static void send_due(corelevel *client, int64_t now) {
    if (client->is_asking && !client->asked_ms
        && send_frames(client->socket, client->question.bytes, client->question.length, NULL))
        client->asked_ms = now;
    if (now < client->paused_until_ms) return;
    long long window = client->credit > most_window ? most_window : client->credit < 1 ? 1 : client->credit;
    for (pending *job = client->first; job && client->flying < window; job = job->next) {
        if (job->sent_ms) continue;
        if (!send_frames(client->socket, job->header.bytes, job->header.length, job)) return;
        job->sent_ms = now;
        client->flying++;
    }
}

static bool is_overdue(const corelevel *client, int64_t now) {
    if (client->is_asking && client->asked_ms && now - client->asked_ms > client->timeout_ms) return true;
    for (const pending *job = client->first; job; job = job->next)
        if (job->sent_ms && now - job->sent_ms > client->timeout_ms) return true;
    return false;
}

/* Receiving */

static void remember(corelevel *client, const char *header, size_t length, int code) {
    client->code = code;
    client->state[0] = client->error[0] = 0;
    json_find_string(header, length, "state", client->state, sizeof client->state);
    json_find_string(header, length, "error", client->error, sizeof client->error);
}

static void take_receipt(corelevel *client, const char *header, size_t length, int code) {
    char run[run_bytes], key[job_bytes];
    if (!json_find_string(header, length, "run", run, sizeof run)
        || !json_find_string(header, length, "job", key, sizeof key))
        return;
    client->credit = json_find_integer(header, length, "credit", client->credit);
    pending **link = &client->first;
    while (*link && (strcmp((*link)->run, run) || strcmp((*link)->job, key))) link = &(*link)->next;
    pending *job = *link;
    if (!job) return;
    if (job->sent_ms) client->flying--;
    if (json_find_true(header, length, "retry")) {
        int64_t until = now_ms() + json_find_integer(header, length, "retry_after_ms", no_retry_ms);
        if (until > client->paused_until_ms) client->paused_until_ms = until;
        job->sent_ms = 0;
        return;
    }
    *link = job->next;
    remember(client, header, length, code);
    if (client->answer) client->answer(client->answer_context, job->run, job->job, code, client->error);
    release(job);
}

static char *copy_of(zmq_msg_t *message, size_t *length) {
    *length = zmq_msg_size(message);
    char *bytes = malloc(*length + 1);
    if (!bytes) return NULL;
    memcpy(bytes, zmq_msg_data(message), *length);
    bytes[*length] = 0;
    return bytes;
}

/* Takes one message if one is there: the header, and of what is behind it the first frame. */
static bool receive(corelevel *client) {
    char *frames[2] = {NULL, NULL};
    size_t lengths[2] = {0, 0};
    int count = 0;
    bool more = true;
    while (more) {
        zmq_msg_t message;
        zmq_msg_init(&message);
        if (zmq_msg_recv(&message, client->socket, count ? 0 : ZMQ_DONTWAIT) < 0) {
            zmq_msg_close(&message);
            break;
        }
        more = zmq_msg_more(&message);
        /* An empty first frame is an envelope. */
        bool is_envelope = !count && more && !zmq_msg_size(&message);
        if (!is_envelope && count < 2) {
            frames[count] = copy_of(&message, &lengths[count]);
            count++;
        }
        zmq_msg_close(&message);
    }
    if (!count) return false;
    char *header = frames[0];
    int code = header ? (int)json_find_integer(header, lengths[0], "code", 0) : 0;
    if (code && client->is_asking && json_find_integer(header, lengths[0], "id", 0) == client->question_id) {
        free(client->reply);
        free(client->body);
        client->reply = header;
        client->reply_length = lengths[0];
        client->body = frames[1];
        client->is_asking = false;
        remember(client, header, lengths[0], code);
        return true;
    }
    char op[16] = "submit";
    if (code) json_find_string(header, lengths[0], "op", op, sizeof op);
    if (code && !strcmp(op, "submit")) take_receipt(client, header, lengths[0], code);
    free(frames[0]);
    free(frames[1]);
    return true;
}

/* Sends and receives for a while. */
static int turn(corelevel *client, int64_t most_ms) {
    int64_t now = now_ms();
    if (is_overdue(client, now) && connect_anew(client)) return -1;
    send_due(client, now);
    if (most_ms > 20) most_ms = 20;
    zmq_pollitem_t item = {.socket = client->socket, .events = ZMQ_POLLIN};
    if (zmq_poll(&item, 1, most_ms) < 0 && errno != EINTR) return -1;
    while (receive(client)) {}
    return 0;
}

/* Questions */

static void begin(corelevel *client, const char *op) {
    free(client->question.bytes);
    client->question = (json_text){0};
    client->question_id = ++client->next_id;
    json_raw(&client->question, "{");
    json_integer(&client->question, "v", 1);
    json_integer(&client->question, "id", client->question_id);
    json_member(&client->question, "op", op);
}

/* Asks what was begun, again as long as the broker says so; the code, or -1. */
static int ask(corelevel *client) {
    json_raw(&client->question, "}");
    if (client->question.failed) return errno = ENOMEM, -1;
    while (true) {
        client->is_asking = true;
        client->asked_ms = 0;
        while (client->is_asking)
            if (turn(client, 20)) return -1;
        if (!json_find_true(client->reply, client->reply_length, "retry")) return client->code;
        int64_t until = now_ms()
            + json_find_integer(client->reply, client->reply_length, "retry_after_ms", no_retry_ms);
        while (now_ms() < until)
            if (turn(client, until - now_ms())) return -1;
    }
}

int corelevel_hello(corelevel *client) {
    begin(client, "hello");
    if (ask(client) != 200) return -1;
    client->credit = json_find_integer(client->reply, client->reply_length, "credit", client->credit);
    return 0;
}

char *corelevel_result(corelevel *client, const char *run, const char *job) {
    while (true) {
        begin(client, "result");
        json_member(&client->question, "run", run);
        json_member(&client->question, "job", job);
        int code = ask(client);
        if (code == 200) {
            char *lines = client->body;
            client->body = NULL;
            return lines;
        }
        if (code != 202) return NULL;
        int64_t until = now_ms() + json_find_integer(client->reply, client->reply_length, "retry_after_ms", 100);
        while (now_ms() < until)
            if (turn(client, until - now_ms())) return NULL;
    }
}

long long corelevel_close_run(corelevel *client, const char *run, long long expected) {
    begin(client, "run.close");
    json_member(&client->question, "run", run);
    if (expected > 0) json_integer(&client->question, "expected", expected);
    return ask(client) == 200 ? json_find_integer(client->reply, client->reply_length, "missing", 0) : -1;
}

/* Jobs */

int corelevel_submit(corelevel *client, const corelevel_job *job) {
    if (!job->run || !job->region_count || (!job->job && job->seq <= 0)) return errno = EINVAL, -1;
    if (strlen(job->run) >= run_bytes || (job->job && strlen(job->job) >= job_bytes)) return errno = EINVAL, -1;
    pending *one = calloc(1, sizeof *one);
    if (!one) return errno = ENOMEM, -1;
    strcpy(one->run, job->run);
    if (job->job) strcpy(one->job, job->job);
    else snprintf(one->job, sizeof one->job, "%lld", job->seq);
    job_write(&one->header, job, one->job);
    one->frames = calloc(job->region_count, sizeof *one->frames);
    one->sizes = calloc(job->region_count, sizeof *one->sizes);
    bool is_whole = one->frames && one->sizes && !one->header.failed;
    for (size_t i = 0; is_whole && i < job->region_count; i++) {
        const corelevel_region *region = job->regions + i;
        size_t count = region->points * (region->spectra > 1 ? region->spectra : 1);
        one->frames[i] = little_endian(region->counts, count);
        one->sizes[i] = count * 4;
        one->frame_count = i + 1;
        is_whole = one->frames[i] != NULL;
    }
    if (!is_whole) {
        release(one);
        return errno = ENOMEM, -1;
    }
    pending **link = &client->first;
    size_t count = 1;
    while (*link) {
        link = &(*link)->next;
        count++;
    }
    *link = one;
    do {
        if (turn(client, count > most_window ? 20 : 0)) return -1;
        count = 0;
        for (pending *other = client->first; other; other = other->next) count++;
    } while (count > most_window);
    return 0;
}

int corelevel_flush(corelevel *client) {
    while (client->first)
        if (turn(client, 20)) return -1;
    return 0;
}

int corelevel_code(const corelevel *client) { return client->code; }
const char *corelevel_state(const corelevel *client) { return client->state; }
const char *corelevel_error(const corelevel *client) { return client->error; }
