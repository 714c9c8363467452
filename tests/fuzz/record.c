/* STATE/<uid>: what was read is written and read again as it was, and judged without harm. */
#include <string.h>

#include "fuzz.h"
#include "state/due.h"
#include "state/layout.h"

/* Raw bytes of a name grow when they are written. */
#define PRINTED_MAX ((size_t)4 * LAYOUT_MAX)

static void
check_judgements(const struct record *r)
{
    enum due due = due_at_login(r, FUZZ_NOW);

    FUZZ_HOLDS(due == DUE_HELPER || due == DUE_UNLESS_MARK || due == DUE_UNLESS_CONF);
    FUZZ_HOLDS(!record_waits(r, FUZZ_NOW) || r->not_before <= FUZZ_NOW + RECORD_FAR);
    /* What claim would speak of is never left unmarked by a login. */
    if (due_at_claim(r, FUZZ_NOW) && !r->unmarked)
        FUZZ_HOLDS(due != DUE_UNLESS_CONF);
    for (size_t i = 0; i < r->try_count; i++)
        if (r->tries[i].sent <= FUZZ_NOW && r->tries[i].deadline >= FUZZ_NOW)
            FUZZ_HOLDS(record_in_window(r, FUZZ_NOW));
    (void)record_in_window(r, 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct record r, again;
    struct err e = ERR_INIT;
    struct buf printed;

    record_init(&r, 1000);
    memset(&again, 0, sizeof(again));
    if (layout_parse((const char *)data, size, &r, &e) != 0) {
        fuzz_failed(&e);
        FUZZ_HOLDS(r.uid == 1000 && r.phase != RECORD_NONE && r.phase <= RECORD_FAILED);
        return 0;
    }
    FUZZ_HOLDS(r.uid == 1000 && r.phase != RECORD_NONE && r.phase <= RECORD_FAILED);
    FUZZ_HOLDS(r.name[0] != '\0' && r.machine[0] != '\0' && r.try_count <= RECORD_TRIES);
    buf_init(&printed, PRINTED_MAX);
    layout_print(&r, &printed);
    FUZZ_HOLDS(buf_check(&printed, "the record", &e) == 0);
    for (size_t i = 0; i < printed.len; i++)
        FUZZ_HOLDS(printed.data[i] == '\n' || (printed.data[i] > ' ' && printed.data[i] < 0x7f));
    if (printed.len <= LAYOUT_MAX) {
        record_init(&again, 1000);
        FUZZ_HOLDS(layout_parse(buf_str(&printed), printed.len, &again, &e) == 0);
        FUZZ_HOLDS(memcmp(&r, &again, sizeof(r)) == 0);
    }
    buf_free(&printed);
    check_judgements(&r);
    return 0;
}
