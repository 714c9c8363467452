/* iamlp forget USER: this host's memory of somebody who begins anew. */
#include "cli/root.h"
#include "cli/talk.h"
#include "cli/verb.h"

int
forget_run(int argc, char **argv)
{
    struct root r = {0, -1};
    struct line line;
    struct frame f = {0};
    int rc = line_parse(&line, argc, argv);

    if (rc == 0)
        rc = root_start(&r, &line);
    if (rc != 0)
        return rc;
    rc = VERB_OTHER;
    if (root_receive(&r, &f) == 0 && f.type == WIRE_END)
        rc = talk_end(&f);
    frame_free(&f);
    root_stop(&r, true);
    return rc;
}
