#include "pam/args.h"

#include <stddef.h>
#include <string.h>

#include "base/text.h"
#include "state/mark.h"
#include "state/services.h"
#include "state/store.h"

enum kind {
    PATH,
    NAMES,
    SECONDS,
    FLAG
};

static const struct row {
    const char *name;
    enum kind kind;
    size_t offset;
    const char *wanted; /* for the sentence */
} rows[] = {
    {"conf", PATH, offsetof(struct args, conf), "an absolute path"},
    {"state", PATH, offsetof(struct args, state), "an absolute path"},
    {"run", PATH, offsetof(struct args, run), "an absolute path"},
    {"helper", PATH, offsetof(struct args, helper), "an absolute path"},
    {"services", NAMES, offsetof(struct args, services), "names with commas between them"},
    {"password_services", NAMES, offsetof(struct args, password_services),
     "names with commas between them"},
    {"timeout", SECONDS, offsetof(struct args, timeout_s), "1 to 60 seconds"},
    {"debug", FLAG, offsetof(struct args, debug), "without a value"},
};

static const struct row *
find(const char *arg, size_t len)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (strlen(rows[i].name) == len && memcmp(rows[i].name, arg, len) == 0)
            return &rows[i];
    return NULL;
}

/* value is NULL where the argument has no '='. */
static bool
take(const struct row *row, const char *value, struct args *a)
{
    char *member = (char *)a + row->offset;

    if ((value == NULL) != (row->kind == FLAG))
        return false;
    switch (row->kind) {
    case PATH:
        if (*value != '/' || strlen(value) >= ARGS_PATH_MAX)
            return false;
        break;
    case NAMES:
        if (value[strspn(value, ",")] == '\0')
            return false;
        break;
    case SECONDS:
        return text_number(value, 1, ARGS_TIMEOUT_MAX_S, (int *)(void *)member);
    case FLAG:
        *(bool *)member = true;
        return true;
    }
    *(const char **)(void *)member = value;
    return true;
}

int
args_parse(int argc, const char **argv, struct args *a, struct err *e)
{
    int rc = 0;

    *a = (struct args){ARGS_CONF,      STORE_DIR,         MARK_RUN,       ARGS_HELPER,
                       SERVICES_LOGIN, SERVICES_PASSWORD, ARGS_TIMEOUT_S, false};
    for (int i = 0; i < argc; i++) {
        const char *equals = strchr(argv[i], '=');
        size_t len = equals != NULL ? (size_t)(equals - argv[i]) : strlen(argv[i]);
        const struct row *row = find(argv[i], len);

        if (row != NULL && take(row, equals != NULL ? equals + 1 : NULL, a))
            continue;
        if (rc == 0 && row == NULL)
            err_set(e, ERR_CONFIG, "pam_iamlp.so does not know the argument %.100s; it is ignored",
                    argv[i]);
        else if (rc == 0)
            err_set(e, ERR_CONFIG, "the argument %.100s is ignored: %s is %s", argv[i], row->name,
                    row->wanted);
        rc = -1;
    }
    return rc;
}
