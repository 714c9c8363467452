#include "core/survey.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/when.h"
#include "core/census.h"
#include "core/mfa.h"
#include "core/result.h"
#include "core/rights.h"

enum {
    SAMPLES = 3,       /* users of an account who are asked about: one may not be in IAM yet */
    CLOCK_WELL_S = 60, /* AWS takes a signature for five minutes */
    CLOCK_OFF_S = 240
};

/* One account. */
struct survey {
    const struct story_world *w;
    const struct census *census;
    struct ask ask;
    struct ask_answer answer;
    char account[13]; /* as AWS says it; "": not heard yet */
    struct rights rights;
};

static void __attribute__((format(printf, 4, 5)))
tell(const struct survey *s, enum wire_level level, const char *area, const char *fmt, ...)
{
    char text[1024];
    va_list ap;

    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    client_finding(s->w->client, level, area, s->rights.section, text);
}

/* ---- reaching it ---------------------------------------------------------------------------- */

/* What keeps everything else from being asked. false: nothing does. */
static bool
tell_obstacle(struct survey *s)
{
    const struct ask_answer *a = &s->answer;
    const char *mend = result_mend(a->code);

    if (!result_reached(a))
        tell(s, WIRE_LEVEL_FAIL, "network", "%s%s", a->text,
             strchr(a->text, ';') != NULL
                 ? ""
                 : "; let this host reach AWS on port 443, or set proxy =");
    else if (a->fault == WIRE_FAULT_CREDENTIALS)
        tell(s, WIRE_LEVEL_FAIL, "credentials", "%s%s%s", a->text, mend != NULL ? "; " : "",
             mend != NULL ? mend : "");
    else
        return false;
    return true;
}

static void
tell_caller(struct survey *s)
{
    const struct ask_answer *a = &s->answer;
    int64_t left = a->expires - s->w->clock->wall_s();
    char date[WHEN_MAX], until[64] = "";

    if (a->expires > 0) {
        when_print(a->expires, date);
        (void)snprintf(until, sizeof(until), ", until %s", date);
    }
    if (a->arn[0] == '\0')
        tell(s, WIRE_LEVEL_NOTE, "credentials",
             "%s%s; whose they are is not asked where endpoint_url is set and sts_endpoint_url "
             "is not",
             a->provider, until);
    else
        tell(s, a->expires > 0 && left < 60 ? WIRE_LEVEL_WARN : WIRE_LEVEL_OK, "credentials",
             "%s: %s%s", a->provider, a->arn, until);
    memcpy(s->rights.caller, a->arn, sizeof(s->rights.caller));
    memcpy(s->account, a->account, sizeof(s->account));
}

static void
tell_clock(struct survey *s)
{
    int64_t off = ask_server_now(&s->ask) - s->w->clock->wall_s();
    int64_t size = off < 0 ? -off : off;

    if (s->ask.date == 0)
        return;
    if (size <= CLOCK_WELL_S)
        tell(s, WIRE_LEVEL_OK, "clock", "within a minute of AWS's");
    else
        tell(s, size > CLOCK_OFF_S ? WIRE_LEVEL_FAIL : WIRE_LEVEL_WARN, "clock",
             "%" PRId64 " s %s AWS's; set it, and keep it so: timedatectl set-ntp true", size,
             off > 0 ? "behind" : "ahead of");
}

/* STS first: every key may ask it who it is. Then IAM, by the one question that is about
 * no user. false: nothing more can be asked. */
static bool
reach(struct survey *s)
{
    char endpoint[sizeof(s->answer.endpoint_url)];
    bool started;

    ask_caller(&s->ask, &s->answer);
    started = s->ask.fd >= 0;
    memcpy(endpoint, s->answer.endpoint_url, sizeof(endpoint));
    if (s->answer.fault == WIRE_FAULT_NONE)
        tell_caller(s);
    else if (tell_obstacle(s) && (!started || result_reached(&s->answer)))
        return false;
    ask_policy(&s->ask, &s->answer);
    tell_clock(s);
    if (tell_obstacle(s))
        return false;
    tell(s, WIRE_LEVEL_OK, "network", "%s answers", endpoint[0] != '\0' ? endpoint : "IAM");
    s->rights.policy_known =
        s->answer.fault == WIRE_FAULT_NONE || s->answer.fault == WIRE_FAULT_NO_SUCH_ENTITY;
    s->rights.may_change = s->answer.fault == WIRE_FAULT_NONE && s->answer.may_change;
    return true;
}

/* ---- a user of it --------------------------------------------------------------------------- */

/* Is there such a user, as the account's configuration requires one? */
static bool
look_at_user(struct survey *s, const struct census_person *p)
{
    const struct conf_account *want = s->ask.account;
    const struct ask_answer *a = &s->answer;

    ask_user(&s->ask, p->iam_user, want->require_tag_key, &s->answer);
    if (a->fault == WIRE_FAULT_NO_SUCH_ENTITY) {
        tell(s, WIRE_LEVEL_WARN, "mapping", "IAM has no user %s, whom %s is mapped to", p->iam_user,
             p->name);
        return false;
    }
    if (a->fault != WIRE_FAULT_NONE)
        return false;
    memcpy(s->account, a->account, sizeof(s->account));
    mfa_name(a, p->iam_user, s->rights.user);
    if (want->require_path != NULL &&
        strncmp(a->path, want->require_path, strlen(want->require_path)) != 0)
        tell(s, WIRE_LEVEL_WARN, "mapping",
             "IAM user %s has path %s; require_path = %s keeps %s "
             "from being served",
             p->iam_user, a->path, want->require_path, p->name);
    return true;
}

static void
tell_refusal(struct survey *s, const char *action)
{
    const char *mend = result_mend(s->answer.code);

    tell(s, WIRE_LEVEL_FAIL, "rights", "%s: %s; %s", action, s->answer.text,
         mend != NULL ? mend : "attach what iamlp policy prints");
}

/* The two rights that can be seen by using them. */
static void
look_at_users(struct survey *s)
{
    const struct census *c = s->census;
    const struct census_person *found = NULL;
    int asked = 0;

    for (size_t i = 0; i < c->count && found == NULL && asked < SAMPLES; i++) {
        if (c->people[i].account != s->ask.account)
            continue;
        asked++;
        if (look_at_user(s, &c->people[i]))
            found = &c->people[i];
    }
    if (asked == 0) {
        tell(s, WIRE_LEVEL_NOTE, "rights",
             "nobody here is mapped to this account, so none was seen");
        return;
    }
    if (found == NULL) {
        if (s->answer.fault != WIRE_FAULT_NO_SUCH_ENTITY)
            tell_refusal(s, "GetUser");
        return;
    }
    ask_login_profile(&s->ask, found->iam_user, &s->answer);
    if (s->answer.fault != WIRE_FAULT_NONE && s->answer.fault != WIRE_FAULT_NO_SUCH_ENTITY)
        tell_refusal(s, "GetLoginProfile");
}

static void
tell_account(struct survey *s)
{
    const char *id = s->ask.account->id;

    if (s->account[0] == '\0')
        return;
    if (id == NULL)
        tell(s, WIRE_LEVEL_NOTE, "account", "%s; id = %s would refuse every other", s->account,
             s->account);
    else if (strcmp(id, s->account) != 0)
        tell(s, WIRE_LEVEL_FAIL, "account",
             "the credentials belong to account %s, and the configuration says id = %s; correct "
             "one of them",
             s->account, id);
    else
        tell(s, WIRE_LEVEL_OK, "account", "%s, as id says", s->account);
}

static void
look_at_account(const struct story_world *w, const struct census *c,
                const struct conf_account *account)
{
    struct survey s = {.w = w, .census = c};

    s.ask = (struct ask){.starter = w->net,
                         .clock = w->clock,
                         .conf = w->conf,
                         .fingerprint = w->fingerprint,
                         .account = account,
                         .user = "root",
                         .timeout_ms = w->timeout_ms,
                         .deadline = w->deadline,
                         .fresh = true,
                         .fd = -1};
    for (size_t i = 0; i < c->count; i++)
        if (c->people[i].account == account)
            s.ask.user = c->people[i].name;
    s.rights = (struct rights){.client = w->client, .ask = &s.ask};
    if (w->conf->account_count > 1)
        s.rights.section = account->name[0] != '\0' ? account->name : "aws";
    if (reach(&s)) {
        look_at_users(&s);
        tell_account(&s);
        rights_of_host(&s.rights);
        rights_of_user(&s.rights);
    }
    ask_close(&s.ask);
}

enum outcome
survey_run(const struct story_world *w)
{
    struct census c;

    census_take(w, &c);
    for (size_t i = 0; i < w->conf->account_count; i++)
        if (conf_serves(w->conf, &w->conf->accounts[i]))
            look_at_account(w, &c, &w->conf->accounts[i]);
    census_free(&c);
    client_end(w->client, OUTCOME_OK, NULL);
    return OUTCOME_OK;
}
