// What of EPICS Base's cadef.h we use, in our own words: Debian's libca-dev has no headers, and the C ABI has been the
// same since Base 3.14 (https://docs.epics-controls.org/en/latest/internal/ca_protocol.html has the wire,
// https://epics.anl.gov/base/R3-15/9-docs/CAref.html the calls). Only Swift cannot say what a C function takes by value.

// struct connection_handler_args
struct ca_connection {
    void *channel;
    long operation;  // CA_OP_CONN_UP 6, CA_OP_CONN_DOWN 7
};

// struct event_handler_args
struct ca_event {
    void *user;
    void *channel;
    long type;
    long count;
    const void *value;
    int status;
};

// struct exception_handler_args
struct ca_exception {
    void *user;
    void *channel;
    long type;
    long count;
    void *address;
    long status;
    long operation;
    const char *context;
    const char *file;
    unsigned line;
};

typedef void (*ca_connection_handler)(struct ca_connection);
typedef void (*ca_event_handler)(struct ca_event);
typedef void (*ca_exception_handler)(struct ca_exception);
// A va_list, which 64-bit Linux passes as an address; nobody here reads it.
typedef int (*ca_printf_handler)(const char *format, void *arguments);

// The functions, looked up by name; caRepeaterThread is what libca itself runs where it cannot start a program.
typedef int (*ca_context_create_function)(int preemptive);
typedef void (*ca_context_destroy_function)(void);
typedef int (*ca_create_channel_function)(
    const char *name, ca_connection_handler handler, void *user, unsigned priority, void **channel);
typedef void *(*ca_puser_function)(void *channel);
typedef unsigned long (*ca_element_count_function)(void *channel);
typedef const char *(*ca_host_name_function)(void *channel);
typedef int (*ca_array_put_callback_function)(
    long type, unsigned long count, void *channel, const void *value, ca_event_handler handler, void *user);
typedef int (*ca_pend_event_function)(double seconds);
typedef const char *(*ca_message_function)(long status);
typedef int (*ca_add_exception_event_function)(ca_exception_handler handler, void *user);
typedef int (*ca_replace_printf_handler_function)(ca_printf_handler handler);
typedef void (*ca_repeater_thread_function)(void *unused);
