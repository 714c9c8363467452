/* iamlp policy [ACCOUNT]: the IAM policies that this configuration needs, for whoever may
 * attach them. Nothing is asked of AWS, and nothing is changed. */
#include <stdio.h>
#include <string.h>

#include "cli/grant.h"
#include "cli/line.h"
#include "cli/trust.h"
#include "cli/verb.h"

/* Some hundred accounts; a managed policy has at most 6,144 characters. */
#define DOCUMENTS_MAX (1024 * 1024)

enum kind {
    HOST,
    ROLE,
    TRUST,
    OPTIONAL,
    KINDS
};

static const char *const kind_names[KINDS] = {"host", "role", "trust", "optional"};

/* One document to be written. */
struct document {
    enum kind kind;
    const struct conf_account *account; /* NULL: of all accounts together */
};

struct job {
    struct line line;
    const struct conf *conf;
    const struct conf_account *only; /* of ACCOUNT */
    struct writer w;
    struct document one; /* the last that --only lets through */
    size_t count;        /* how many it has let through */
    bool bare;           /* only look for it */
};

/* [aws] has no name; there it is called like its section. */
static const char *
name_of(const struct conf_account *account)
{
    return account->name[0] != '\0' ? account->name : "aws";
}

static const struct conf_account *
find_account(const struct conf *c, const char *name)
{
    const struct conf_account *account = conf_find_account(c, name);

    /* A name is never empty on the command line, so [account aws] comes first. */
    return account == NULL && strcmp(name, "aws") == 0 ? &c->accounts[0] : account;
}

/* ---- documents ---------------------------------------------------------------------------- */

static void
write_policy(struct job *j, const char *key, const struct document *d)
{
    switch (d->kind) {
    case HOST:
        grant_host(&j->w, key, j->conf, d->account);
        break;
    case ROLE:
        grant_role(&j->w, key, j->conf, d->account);
        break;
    case TRUST:
        trust_write(&j->w, key, j->conf, d->account,
                    &(struct trust_more){j->line.principal, j->line.org});
        break;
    case OPTIONAL:
    case KINDS:
        grant_optional(&j->w, key);
        break;
    }
}

/* Where it is to be attached, in words. */
static void
write_place(struct job *j, const struct document *d)
{
    static const char *const words[KINDS] = {
        [HOST] = "permissions of the identity whose credentials the hosts have",
        [ROLE] = "permissions of the role",
        [TRUST] = "trust policy of the role",
        [OPTIONAL] =
            "more permissions, not needed: to fit the password policy, and for iamlp check",
    };

    writer_text(&j->w, "document", kind_names[d->kind]);
    if (d->account != NULL)
        writer_text(&j->w, "account", name_of(d->account));
    if (d->account != NULL && d->account->role_arn != NULL && d->kind != HOST)
        writer_text(&j->w, "role", d->account->role_arn);
    writer_text(&j->w, "attach_as", words[d->kind]);
}

static void
document(struct job *j, enum kind kind, const struct conf_account *account)
{
    const struct document d = {kind, account};

    if (j->line.only != NULL && strcmp(j->line.only, kind_names[kind]) != 0)
        return;
    j->one = d;
    j->count++;
    if (j->bare)
        return;
    writer_open(&j->w, NULL, '{');
    write_place(j, &d);
    write_policy(j, "policy", &d);
    writer_close(&j->w, '}');
}

/* Every document, in the order in which one would attach them. */
static void
documents(struct job *j)
{
    bool host = false, direct = false;

    for (size_t i = 0; i < j->conf->account_count; i++) {
        const struct conf_account *account = &j->conf->accounts[i];

        if (j->only != NULL ? account != j->only : !conf_serves(j->conf, account))
            continue;
        if (account->role_arn != NULL) {
            document(j, TRUST, account);
            document(j, ROLE, account);
            document(j, OPTIONAL, account);
        }
        host = host || !grant_by_token(j->conf, account);
        direct = direct || account->role_arn == NULL;
    }
    if (host)
        document(j, HOST, j->only);
    if (direct)
        document(j, OPTIONAL, j->only);
}

/* What is left for a person to do, on stderr: stdout is for programs. */
static void
tell_gaps(const struct job *j)
{
    bool gap = false;

    for (size_t i = 0; i < j->conf->account_count; i++) {
        const struct conf_account *account = &j->conf->accounts[i];

        if (j->only != NULL ? account != j->only : !conf_serves(j->conf, account))
            continue;
        gap = gap || (account->role_arn != NULL &&
                      (j->line.principal == NULL || grant_by_token(j->conf, account)));
        if (account->role_arn == NULL && account->id == NULL)
            (void)fprintf(stderr,
                          "iamlp policy: [%s%s] has no id, so the ARNs say * for the account; "
                          "add id = and its 12 digits\n",
                          account->name[0] != '\0' ? "account " : "", name_of(account));
    }
    if (gap && (j->line.only == NULL || strcmp(j->line.only, kind_names[TRUST]) == 0))
        (void)fprintf(stderr, "iamlp policy: who assumes a role is not known here: give "
                              "--principal ARN, and replace what stands in capitals\n");
}

/* --only: the document alone, as `aws iam put-role-policy --policy-document` takes it. */
static int
write_bare(struct job *j)
{
    j->bare = true;
    documents(j);
    if (j->count == 0) {
        (void)fprintf(stderr, "iamlp policy: this configuration needs no such document: %s\n",
                      j->line.only);
        return VERB_FAILED;
    }
    /* The optional one is the same for all. */
    if (j->count > 1 && j->one.kind != OPTIONAL) {
        (void)fprintf(stderr,
                      "iamlp policy: %zu accounts have such a document; name one: iamlp "
                      "policy ACCOUNT --only %s\n",
                      j->count, j->line.only);
        return VERB_USAGE;
    }
    write_policy(j, NULL, &j->one);
    return VERB_OK;
}

static int
write_all(struct job *j)
{
    writer_open(&j->w, NULL, '{');
    writer_open(&j->w, "documents", '[');
    documents(j);
    writer_close(&j->w, ']');
    writer_close(&j->w, '}');
    return VERB_OK;
}

int
policy_run(int argc, char **argv)
{
    struct job j = {.count = 0};
    struct err e = ERR_INIT;
    struct conf *c = NULL;
    struct buf out;
    int rc;

    buf_init(&out, DOCUMENTS_MAX);
    writer_begin(&j.w, &out);
    rc = line_parse(&j.line, argc, argv);
    if (rc != VERB_OK)
        goto out;
    rc = VERB_OTHER;
    c = conf_load(j.line.conf, &e);
    if (c == NULL) {
        (void)fprintf(stderr, "iamlp policy: %s\n", e.msg);
        goto out;
    }
    j.conf = c;
    if (j.line.operand != NULL && (j.only = find_account(c, j.line.operand)) == NULL) {
        (void)fprintf(stderr,
                      "iamlp policy: %s has no [account %s]; the account of [aws] is "
                      "called aws\n",
                      j.line.conf, j.line.operand);
        rc = VERB_USAGE;
        goto out;
    }
    rc = j.line.only != NULL ? write_bare(&j) : write_all(&j);
    if (rc != VERB_OK)
        goto out;
    tell_gaps(&j);
    rc = verb_print("policy", &out, "the documents");
out:
    buf_free(&out);
    conf_free(c);
    return rc;
}
