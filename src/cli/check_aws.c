#include <unistd.h>

#include "base/fdio.h"
#include "cli/check.h"
#include "cli/helper.h"
#include "state/store.h"

static void
take(struct check *c, const struct frame *f)
{
    char area[24], account[65], text[1024];

    (void)frame_get_clean(f, WIRE_F_NAME, area, sizeof(area));
    (void)frame_get_clean(f, WIRE_F_ACCOUNT, account, sizeof(account));
    (void)frame_get_clean(f, WIRE_F_TEXT, text, sizeof(text));
    finding_add_account(&c->found,
                        (enum wire_level)frame_get_number(f, WIRE_F_LEVEL, WIRE_LEVEL_OK,
                                                          WIRE_LEVEL_FAIL, WIRE_LEVEL_FAIL),
                        area, account, text);
}

/* Nor does the helper begin without a state folder. That something is missing is another
 * look's finding. */
static bool
ready(const struct check *c)
{
    int fd = c->conf != NULL ? store_open(c->line->state, NULL) : -1;

    fdio_close(fd);
    return fd >= 0 && access(c->line->helper, X_OK) == 0;
}

void
check_aws_ask(struct check *c)
{
    struct helper h = {.fd = -1};
    struct frame f = {0};
    bool ended = false;
    char text[1024];

    if (!ready(c) || helper_start(&h, c->line) != 0) {
        finding_add(&c->found, WIRE_LEVEL_NOTE, "AWS", "not asked: see above");
        return;
    }
    while (!ended && helper_receive(&h, &f) == 0) {
        ended = f.type != WIRE_FACT;
        if (f.type == WIRE_FACT)
            take(c, &f);
        (void)frame_get_clean(&f, WIRE_F_TEXT, text, sizeof(text));
        if (ended && text[0] != '\0')
            finding_add_account(&c->found, WIRE_LEVEL_FAIL, "helper", "", text);
        frame_free(&f);
    }
    if (!ended)
        finding_add(&c->found, WIRE_LEVEL_FAIL, "helper",
                    "%s ended without a word; the log says "
                    "why",
                    c->line->helper);
    frame_free(&f);
    helper_stop(&h, true);
}
