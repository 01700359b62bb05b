#include <zmq.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>

// Variadic, so Swift cannot call it itself; Linux keeps the first 15 bytes.
static inline void name_current_thread(const char *name) {
    prctl(PR_SET_NAME, name, 0, 0, 0);
}
