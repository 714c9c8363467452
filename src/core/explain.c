#include "core/explain.h"

#include <string.h>

#include "base/buf.h"
#include "base/when.h"
#include "core/person.h"
#include "core/start.h"
#include "state/store.h"

#define FACT_MAX 2100 /* a role's ARN may have 2,048 */

/* Read without the lock: what is shown may be a moment old, and nothing waits. */
static void
tell_record(const struct story_world *w, uid_t uid, struct record *r, struct buf *b)
{
    struct err e = ERR_INIT;
    char date[WHEN_MAX];

    if (store_read(w->state, uid, r, &e) != 0) {
        buf_adds(b, e.code == ERR_ABSENT ? "none" : e.msg);
        if (e.code == ERR_ABSENT)
            record_init(r, uid);
        return;
    }
    when_print(r->changed, date);
    buf_addf(b, "%s since %s", record_phases[r->phase], date);
    if (r->phase == RECORD_DONE)
        buf_addf(b, ", how=%s", record_hows[r->how]);
    if (r->iam_user[0] != '\0')
        buf_addf(b, ", IAM user %s", r->iam_user);
    if (r->code[0] != '\0')
        buf_addf(b, ", code %s, %u in a row", r->code, r->failures);
    if (record_waits(r, w->clock->wall_s())) {
        when_print(r->not_before, date);
        buf_addf(b, ", logins wait until %s", date);
    }
}

static const char *
foretell(const struct record *r, const struct map_result *m, const struct story_world *w,
         const char *name)
{
    bool ours = strcmp(r->name, name) == 0 && strcmp(r->machine, w->machine) == 0;
    bool same = m->served && strcmp(r->iam_user, m->iam_user) == 0 &&
                strcmp(r->section, m->account->name) == 0;

    if (r->phase != RECORD_NONE && !ours)
        return r->phase == RECORD_INTENT || r->phase == RECORD_CREATED
                   ? "the record belongs to another name or machine: it would be set aside"
                   : "the record belongs to another name or machine: it would be begun anew";
    if (r->phase == RECORD_INTENT)
        return "an unanswered create: IAM would be asked what became of it";
    if (r->phase == RECORD_CREATED)
        return "the password that waits on this host would be shown";
    if (!m->served)
        return "nothing: the user is not served";
    if (r->phase == RECORD_DONE && same)
        return "nothing: it is done";
    if (r->phase == RECORD_LOST && same && (!w->conf->reissue || r->probable))
        return "the user would be told that the password is gone and an operator has to reset it";
    if (r->phase == RECORD_LOST && same)
        return "a new password would be set, after asking";
    return "IAM would be asked, and a password created if there has never been one";
}

static void
tell_password(const struct conf *c, struct buf *b)
{
    const struct pwgen_request request = {c->length, c->password_exclude, policy_default};
    struct err e = ERR_INIT;
    int bits = pwgen_entropy(&request, &e);

    if (bits < 0)
        buf_adds(b, e.msg);
    else
        buf_addf(b, "%u characters, %d bits; longer where the account's policy asks for it",
                 c->length, bits);
}

/* Send what is in `b` as the fact `name`, and empty it. */
static void
tell(const struct story_world *w, const char *name, struct buf *b)
{
    client_fact(w->client, name, buf_str(b));
    buf_free(b);
}

/* As it is written, with what stands for what: how STS takes that is iamlp-net's to say. */
static void
tell_template(const struct story_world *w, const char *name, const char *template, const char *user,
              const char *host, struct buf *b)
{
    buf_adds(b, template);
    if (strstr(template, "%u") != NULL)
        buf_addf(b, ", %%u is %s", user);
    if (strstr(template, "%h") != NULL)
        buf_addf(b, ", %%h is %s", host);
    tell(w, name, b);
}

static void
tell_role(const struct story_world *w, const struct conf_account *a, const char *user,
          struct buf *b)
{
    char host[START_HOST_SIZE];

    if (a->role_arn == NULL)
        return;
    start_host(host);
    buf_adds(b, a->role_arn);
    tell(w, "role", b);
    tell_template(w, "session name", w->conf->session_name, user, host, b);
    if (w->conf->source_identity != NULL)
        tell_template(w, "source identity", w->conf->source_identity, user, host, b);
}

enum outcome
explain_user(const struct story_world *w, const char *user)
{
    struct map_result m = {0};
    struct err e = ERR_INIT;
    struct person p = {0};
    struct record r;
    struct buf b;
    enum outcome outcome = OUTCOME_ERROR;

    buf_init(&b, FACT_MAX);
    if (person_find(user, &p, &e) != 0)
        goto out;
    buf_addf(&b, "%s, uid %u", p.name, (unsigned)p.uid);
    tell(w, "local user", &b);
    buf_adds(&b, w->conf->path);
    tell(w, "configuration", &b);
    if (person_map(&p, w->conf, &m, &e) != 0)
        goto out;
    buf_adds(&b, m.why);
    tell(w, "decided by", &b);
    if (m.served) {
        buf_adds(&b, m.iam_user);
        tell(w, "IAM user", &b);
        buf_addf(&b, "%s%s%s", m.account->name[0] != '\0' ? m.account->name : "default",
                 m.account->id != NULL ? ", id " : "", m.account->id != NULL ? m.account->id : "");
        tell(w, "account", &b);
        tell_role(w, m.account, p.name, &b);
    }
    tell_record(w, p.uid, &r, &b);
    tell(w, "record", &b);
    buf_adds(&b, foretell(&r, &m, w, p.name));
    tell(w, "next", &b);
    tell_password(w->conf, &b);
    tell(w, "password", &b);
    outcome = m.served ? OUTCOME_OK : OUTCOME_UNMAPPED;
out:
    client_end(w->client, outcome, e.msg);
    buf_free(&b);
    person_free(&p);
    return outcome;
}
