#include "helper/verb.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fdio.h"
#include "base/log.h"
#include "core/explain.h"
#include "core/survey.h"
#include "helper/batch.h"
#include "helper/netproc.h"
#include "helper/peer.h"
#include "state/hush.h"
#include "state/store.h"
#include "wire/frame.h"

enum {
    HOOK_MS = 1000, /* a hook sends its frame before it waits */
    NAME_SIZE = 256 /* of what a hook says; longer is no user's name */
};

struct verb {
    const char *name;
    bool takes_user;
    bool waited_for; /* --timeout bounds the whole story */
    bool needs_conf; /* and does not begin without a usable one */
    enum outcome (*run)(const struct story_world *w, const struct verb_options *o);
};

/* ---- the verbs ---------------------------------------------------------------------------- */

static enum outcome
refuse(const struct story_world *w, enum outcome o, const char *msg)
{
    client_end(w->client, o, msg);
    return o;
}

static enum outcome
explain(const struct story_world *w, const struct verb_options *o)
{
    return explain_user(w, o->user);
}

static enum outcome
provision(const struct story_world *w, const struct verb_options *o)
{
    return story_provision(w, o->user);
}

static enum outcome
batch(const struct story_world *w, const struct verb_options *o)
{
    (void)o;
    return batch_serve(w);
}

/* A hook's frame, and a story of it. */
static enum outcome
hook(const struct story_world *w, bool typed)
{
    char user[NAME_SIZE], service[NAME_SIZE], rhost[NAME_SIZE];
    const struct story_login login = {user, service, rhost};
    struct secret *password = NULL;
    struct err e = ERR_INIT;
    struct frame f;
    bool whole;

    if (frame_recv(&f, w->client->fd, WIRE_PERSON_MAX, w->clock, w->clock->mono_ms() + HOOK_MS,
                   &e) != 0) {
        frame_free(&f);
        return refuse(w, OUTCOME_ERROR, e.msg);
    }
    whole = f.type == WIRE_HOOK && frame_get_text(&f, WIRE_F_USER, user, sizeof(user)) &&
            frame_get_text(&f, WIRE_F_SERVICE, service, sizeof(service));
    (void)frame_get_text(&f, WIRE_F_RHOST, rhost, sizeof(rhost));
    if (typed)
        password = frame_get_secret(&f, WIRE_F_PASSWORD, &e);
    frame_free(&f);
    if (!whole || (typed && password == NULL)) {
        secret_free(password);
        return refuse(w, OUTCOME_ERROR, "the hook did not say for whom");
    }
    return typed ? story_accept(w, &login, password) : story_login(w, &login);
}

static enum outcome
mark(const struct story_world *w, const struct verb_options *o)
{
    (void)o;
    return hook(w, false);
}

static enum outcome
accept_typed(const struct story_world *w, const struct verb_options *o)
{
    (void)o;
    return hook(w, true);
}

static enum outcome
claim(const struct story_world *w, const struct verb_options *o)
{
    struct err e = ERR_INIT;
    struct peer peer;
    struct verb_options who = *o;

    if (peer_check(w->client->fd, w->conf->min_uid, w->conf->claim_unverified, &peer, &e) != 0) {
        who.user = peer.name;
        /* Whoever has subordinate uids can come as any of them: without a name they are one. */
        if (hush_allows(o->run, peer.name[0] != '\0' ? peer.uid : (uid_t)-1, w->clock->wall_s()))
            verb_log_fault("claim", OUTCOME_DENIED, "peer", &who, e.msg);
        (void)err_wrap(&e, "Refused");
        return refuse(w, OUTCOME_DENIED, e.msg);
    }
    return story_claim(w, peer.name, peer.uid);
}

static enum outcome
forget(const struct story_world *w, const struct verb_options *o)
{
    return story_forget(w, o->user, o->force);
}

static enum outcome
reset(const struct story_world *w, const struct verb_options *o)
{
    return story_reset(w, o->user);
}

static enum outcome
check(const struct story_world *w, const struct verb_options *o)
{
    (void)o;
    return survey_run(w);
}

static const struct verb verbs[] = {
    {"mark", false, true, false, mark},          {"accept", false, true, false, accept_typed},
    {"claim", false, false, true, claim},        {"explain", true, false, true, explain},
    {"provision", true, false, true, provision}, {"batch", false, false, true, batch},
    {"check", false, false, true, check},        {"reset", true, false, true, reset},
    {"forget", true, false, false, forget},
};

int
verb_find(const char *name, const char *user, struct verb_options *o, struct err *e)
{
    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
        if (strcmp(name, verbs[i].name) == 0)
            o->verb = &verbs[i];
    if (o->verb == NULL)
        return err_set(e, ERR_CONFIG, "iamlp-helper knows no verb %s", name);
    if (o->verb->takes_user != (user != NULL))
        return err_set(e, ERR_CONFIG, "iamlp-helper %s takes %s", name,
                       o->verb->takes_user ? "a user" : "no user");
    o->user = user;
    return 0;
}

/* ---- the world ---------------------------------------------------------------------------- */

void
verb_log_fault(const char *event, enum outcome result, const char *code,
               const struct verb_options *o, const char *msg)
{
    const struct log_event ev = {
        .event = event, .result = result, .user = o->user, .code = code, .ms = -1, .msg = msg};

    log_write(&ev);
}

int
verb_run(const struct verb_options *o)
{
    struct client client = {STDIN_FILENO, &clock_system};
    struct netproc np = {0};
    const struct ask_starter starter = {netproc_start, netproc_stop, &np};
    char fingerprint[FDIO_FINGERPRINT_MAX];
    struct err e = ERR_INIT, why = ERR_INIT;
    struct story_world w = {
        .conf_fault = why.msg,
        .fingerprint = fingerprint,
        .clock = &clock_system,
        .random = pwgen_system_random,
        .hold = &hold_keyring,
        .net = &starter,
        .client = &client,
        .run = o->run,
        .machine = o->machine,
        .timeout_ms = o->timeout_s * 1000,
        .deadline = INT64_MAX,
    };
    enum outcome outcome = OUTCOME_ERROR;
    struct conf *conf = NULL;
    struct stat st;

    if (o->verb->waited_for)
        w.deadline = clock_system.mono_ms() + w.timeout_ms;
    /* Before reading: a change in between is then seen as one at the next login. */
    fdio_fingerprint(lstat(o->conf, &st) == 0 ? &st : NULL, fingerprint);
    conf = conf_load(o->conf, &why);
    w.conf = conf;
    w.state = store_open(o->state, &e);
    if (w.state < 0 || (conf == NULL && o->verb->needs_conf)) {
        const char *msg = w.state < 0 ? e.msg : why.msg;

        /* Anybody can claim, any number of times: that must not fill the log. */
        if (o->verb->takes_user || o->verb->waited_for)
            verb_log_fault("config", OUTCOME_ERROR, "config", o, msg);
        /* Who logs in or changes a password has not asked for us. */
        (void)refuse(&w, OUTCOME_ERROR, o->verb->waited_for ? NULL : msg);
        goto out;
    }
    outcome = o->verb->run(&w, o);
out:
    fdio_close(w.state);
    conf_free(conf);
    return outcome == OUTCOME_OK || outcome == OUTCOME_EXISTS ? 0 : 1;
}
