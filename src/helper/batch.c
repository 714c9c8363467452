#include "helper/batch.h"

#include <stddef.h>

#include "wire/frame.h"

enum {
    NAME_SIZE = 256 /* longer is no user's name */
};

static const struct {
    enum wire_type type;
    enum outcome (*story)(const struct story_world *w, const char *user);
} stories[] = {
    {WIRE_MAP, story_map},
    {WIRE_PLAN, story_plan},
    {WIRE_PROVISION, story_bulk},
};

/* false: not a frame that belongs here. */
static bool
serve(struct story_world *w, const struct frame *f)
{
    char user[NAME_SIZE];

    if (!frame_get_text(f, WIRE_F_USER, user, sizeof(user)))
        return false;
    w->simulate = frame_get_number(f, WIRE_F_MFA, 0, 1, 1) == 0;
    for (size_t i = 0; i < sizeof(stories) / sizeof(stories[0]); i++)
        if (f->type == stories[i].type) {
            (void)stories[i].story(w, user);
            return true;
        }
    return false;
}

enum outcome
batch_serve(const struct story_world *w)
{
    struct story_world here = *w;
    struct err e = ERR_INIT;
    struct spare spare;
    bool well = true;

    spare_init(&spare);
    here.spare = &spare;
    while (well) {
        struct frame f = {0};

        /* As long as it takes: the client ends it. */
        well = frame_recv(&f, w->client->fd, WIRE_PERSON_MAX, w->clock, INT64_MAX, &e) == 0 &&
               serve(&here, &f);
        frame_free(&f);
    }
    spare_close(&spare);
    return e.code == ERR_ABSENT ? OUTCOME_OK : OUTCOME_ERROR;
}
