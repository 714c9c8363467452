#include <stddef.h>

#include "base/fdio.h"
#include "cli/check.h"

void
check_conf_file(struct check *c)
{
    if (c->conf == NULL)
        finding_add(&c->found, WIRE_LEVEL_FAIL, "configuration", "%s", c->conf_fault);
    else
        finding_add(&c->found, WIRE_LEVEL_OK, "configuration", "%s, %zu users by name, %zu rules",
                    c->line->conf, c->conf->user_count, c->conf->rule_count);
}

#define NAMED(key, privacy)                                                                        \
    {                                                                                              \
#key, offsetof(struct conf, key), privacy                                                  \
    }

/* As core/start reads them. */
static const struct {
    const char *key;
    size_t offset;
    enum fdio_privacy privacy;
} named[] = {
    NAMED(credentials_file, FDIO_PRIVATE),         NAMED(config_file, FDIO_PRIVATE),
    NAMED(container_token_file, FDIO_PRIVATE),     NAMED(proxy_auth_file, FDIO_PRIVATE),
    NAMED(web_identity_token_file, FDIO_READABLE), NAMED(ca_bundle, FDIO_READABLE),
};

void
check_conf_names(struct check *c)
{
    size_t count = 0, wrong = 0;

    for (size_t i = 0; c->conf != NULL && i < sizeof(named) / sizeof(named[0]); i++) {
        const char *path = *(char *const *)(const void *)((const char *)c->conf + named[i].offset);
        struct err e = ERR_INIT;
        int fd;

        if (path == NULL)
            continue;
        count++;
        fd = fdio_open_trusted(path, named[i].privacy, &e);
        if (fd < 0)
            finding_add(&c->found, WIRE_LEVEL_FAIL, "files", "%s: %s", named[i].key, e.msg);
        wrong += fd < 0;
        fdio_close(fd);
    }
    if (count > 0 && wrong == 0)
        finding_add(&c->found, WIRE_LEVEL_OK, "files", "%zu that the configuration names, trusted",
                    count);
}
