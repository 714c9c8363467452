/*
 * What root makes of iamlp-net's answers: each question of a story is put to one that says
 * what the script says, frame by frame. What a person or the log may come to see is clean,
 * and the password is in none of it.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conf/conf.h"
#include "core/ask.h"
#include "core/keyring.h"
#include "fuzz.h"
#include "script.h"

#define PASSWORD "wJalrXUtnFEMI/K7MDENG"

static const char config[] = "[users]\nalice = alice\n[aws]\ncredentials = imds\n"
                             "role_arn = arn:aws:iam::123456789012:role/iamlp\n";

/* ---- core/keyring.h, for one process ----------------------------------------------------- */

static struct secret *kept;

int
keyring_put(const char *name, const struct secret *secret, int64_t seconds, struct err *e)
{
    FUZZ_HOLDS(strlen(name) <= KEYRING_NAME_MAX && seconds > 0);
    secret_free(kept);
    kept = secret_from(secret_str(secret), secret_len(secret), e);
    return kept != NULL ? 0 : -1;
}

struct secret *
keyring_get(const char *name, size_t max, struct err *e)
{
    (void)name;
    if (kept == NULL || secret_len(kept) > max) {
        err_set(e, ERR_ABSENT, "there is no such key");
        return NULL;
    }
    return secret_from(secret_str(kept), secret_len(kept), e);
}

void
keyring_drop(const char *name)
{
    (void)name;
    secret_free(kept);
    kept = NULL;
}

void
keyring_drop_all(const char *beginning)
{
    keyring_drop(beginning);
}

/* ---- an iamlp-net that says what stands in the script ------------------------------------ */

struct net {
    const char *text;
    size_t len;
    int other; /* its side of the socket */
    int starts;
};

static int
start(void *arg, struct err *e)
{
    struct net *net = arg;
    int fds[2];

    if (++net->starts > 4)
        return err_set(e, ERR_SYSTEM, "cannot start iamlp-net");
    script_socket(net->text, net->len, WIRE_NET_ANSWER_MAX, fds);
    net->other = fds[0];
    return fds[1];
}

static void
stop(int fd, void *arg)
{
    struct net *net = arg;

    (void)close(fd);
    (void)close(net->other);
    net->other = -1;
}

static void
check(const struct ask *a, const struct ask_answer *r)
{
    const char *const shown[] = {r->text, r->code, r->request_id, r->path, r->tag_value};

    FUZZ_HOLDS(r->fault <= WIRE_FAULT_OTHER && fuzz_clean(r->text, sizeof(r->text)));
    FUZZ_HOLDS(fuzz_clean(r->code, sizeof(r->code)) && fuzz_clean(r->path, sizeof(r->path)));
    FUZZ_HOLDS(fuzz_clean(r->request_id, sizeof(r->request_id)));
    FUZZ_HOLDS(fuzz_clean(r->provider, sizeof(r->provider)));
    FUZZ_HOLDS(fuzz_clean(r->endpoint_url, sizeof(r->endpoint_url)));
    FUZZ_HOLDS(r->created >= 0 && r->last_used >= 0 && r->expires >= 0);
    FUZZ_HOLDS(r->fault != WIRE_FAULT_NONE || r->policy.min_length <= POLICY_LENGTH_MAX);
    for (size_t i = 0; a->told != NULL && i < sizeof(shown) / sizeof(shown[0]); i++)
        FUZZ_HOLDS(strstr(shown[i], PASSWORD) == NULL);
}

static void
tell_a_story(struct ask *a)
{
    struct err e = ERR_INIT;
    struct secret *password = secret_from(PASSWORD, strlen(PASSWORD), &e);
    const struct ask_imagined imagined = {.arn = "arn:aws:iam::123456789012:role/iamlp",
                                          .actions = "iam:GetUser,iam:GetLoginProfile",
                                          .resource = "arn:aws:iam::123456789012:user/alice"};
    struct ask_answer r;

    ask_caller(a, &r);
    check(a, &r);
    ask_user(a, "alice", "iamlp:state", &r);
    check(a, &r);
    ask_login_profile(a, "alice", &r);
    check(a, &r);
    ask_create(a, "alice", password, &r);
    check(a, &r);
    ask_policy(a, &r);
    check(a, &r);
    ask_update(a, "alice", password, &r);
    check(a, &r);
    ask_simulate(a, &imagined, &r);
    check(a, &r);
    ask_tag(a, "alice", "iamlp:state", "done", 100, &r);
    check(a, &r);
    (void)ask_server_now(a);
    secret_free(password);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct conf *conf;
    struct err e = ERR_INIT;
    char *text = fuzz_string(data, size);
    struct net net = {text, size, -1, 0};
    const struct ask_starter starter = {start, stop, &net};
    struct ask a = {.starter = &starter, .clock = &fuzz_clock};

    if (conf == NULL)
        conf = conf_parse("iamlp.conf", config, strlen(config), &e);
    FUZZ_HOLDS(conf != NULL);
    keyring_drop("");
    a.conf = conf;
    a.fingerprint = "none";
    a.account = &conf->accounts[0];
    a.user = "alice";
    a.timeout_ms = 5000;
    a.deadline = INT64_MAX;
    a.fd = -1;
    tell_a_story(&a);
    ask_close(&a);
    FUZZ_HOLDS(net.other == -1);
    keyring_drop("");
    free(text);
    return 0;
}
