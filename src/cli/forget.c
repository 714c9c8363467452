/* iamlp forget USER: this host's memory of somebody who begins anew. */
#include "cli/helper.h"
#include "cli/talk.h"
#include "cli/verb.h"

int
forget_run(int argc, char **argv)
{
    struct helper h = {.fd = -1};
    struct line line;
    struct frame f = {0};
    int rc = line_parse(&line, argc, argv);

    if (rc == 0)
        rc = helper_start(&h, &line);
    if (rc != 0)
        return rc;
    rc = VERB_OTHER;
    if (helper_receive(&h, &f) == 0 && f.type == WIRE_END)
        rc = talk_end(&f);
    frame_free(&f);
    helper_stop(&h, true);
    return rc;
}
