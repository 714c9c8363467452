#include "conf/conf.h"

#include <stdlib.h>
#include <string.h>

#include "base/fdio.h"
#include "conf/build.h"
#include "conf/parsed.h"
#include "conf/option.h"
#include "conf/scan.h"
#include "conf/value.h"

struct conf *
conf_parse(const char *path, const char *text, size_t len, struct err *e)
{
    struct conf *c = calloc(1, sizeof(*c));
    struct scan scan = {.path = path};
    struct parsed *parsed = NULL;

    if (c == NULL) {
        err_set(e, ERR_MEMORY, "%s: out of memory", path);
        return NULL;
    }
    if (value_string(path, strlen(path), &c->path, e) != 0 ||
        scan_text(&scan, path, text, len, e) != 0 ||
        (parsed = parsed_read(path, text, len, e)) == NULL || parsed_agree(parsed, &scan, e) != 0 ||
        build_conf(c, &scan, e) != 0) {
        conf_free(c);
        c = NULL;
    }
    parsed_free(parsed);
    scan_free(&scan);
    return c;
}

struct conf *
conf_load(const char *path, struct err *e)
{
    int fd = fdio_open_trusted(path, FDIO_READABLE, e);
    struct secret *text = NULL;
    struct conf *c = NULL;

    if (fd < 0)
        return NULL;
    text = fdio_read_all(fd, CONF_FILE_MAX, path, e);
    if (text == NULL)
        goto out;
    c = conf_parse(path, secret_str(text), secret_len(text), e);
out:
    secret_free(text);
    fdio_close(fd);
    return c;
}

void
conf_free(struct conf *c)
{
    if (c == NULL)
        return;
    for (size_t i = 0; i < c->user_count; i++) {
        free(c->users[i].name);
        free(c->users[i].account);
        free(c->users[i].iam_user);
    }
    for (size_t i = 0; i < c->rule_count; i++) {
        free(c->rules[i].name);
        option_release(OPTION_RULE, &c->rules[i]);
    }
    for (size_t i = 0; i < c->account_count; i++) {
        free(c->accounts[i].name);
        option_release(OPTION_ACCOUNT, &c->accounts[i]);
    }
    option_release(OPTION_LOGIN, c);
    option_release(OPTION_PASSWORD, c);
    option_release(OPTION_AWS, c);
    free(c->users);
    free(c->rules);
    free(c->accounts);
    free(c->path);
    free(c);
}

bool
conf_by_token(const struct conf *c)
{
    return c->credentials == CONF_CREDENTIALS_WEB_IDENTITY ||
           (c->credentials == CONF_CREDENTIALS_AUTO && c->web_identity_token_file != NULL &&
            c->credentials_file == NULL);
}

const struct conf_account *
conf_find_account(const struct conf *c, const char *name)
{
    for (size_t i = 0; i < c->account_count; i++)
        if (strcmp(c->accounts[i].name, name) == 0)
            return &c->accounts[i];
    return NULL;
}

bool
conf_serves(const struct conf *c, const struct conf_account *account)
{
    for (size_t i = 0; i < c->rule_count; i++)
        if (strcmp(c->rules[i].account, account->name) == 0)
            return true;
    for (size_t i = 0; i < c->user_count; i++)
        if (c->users[i].iam_user[0] != '\0' && strcmp(c->users[i].account, account->name) == 0)
            return true;
    return c->rule_count == 0 && c->user_count == 0;
}
