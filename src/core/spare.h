/*
 * spare: an iamlp-net between two stories of a batch, with its keys and its connection to
 * IAM. Private to core, but for who owns it.
 *
 * SPARE-1  It MUST serve the next story only with the same account, and where AWS tells
 *          people apart by their session, the same user.
 * SPARE-2  It MUST be given up after SPARE_MS: its keys end some time, and its CPU time is
 *          limited to a minute.
 */
#ifndef IAMLP_CORE_SPARE_H
#define IAMLP_CORE_SPARE_H

#include "base/user.h"
#include "core/ask.h"

#define SPARE_MS (60 * 1000)

struct spare {
    struct ask ask;
    char user[USER_NAME_MAX];
};

/* None is there yet. */
void spare_init(struct spare *sp);

/* Put away the iamlp-net of a story that has ended, where one runs: instead of ask_close. One
 * that is there already is ended. */
void spare_put(struct spare *sp, struct ask *a);

/* Go on with it in `a`, which has none; one that may not serve it is ended. */
void spare_take(struct spare *sp, struct ask *a);

/* End it, where there is one. */
void spare_close(struct spare *sp);

#endif
