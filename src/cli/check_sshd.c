#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "cli/check.h"
#include "pamd/pamd.h"
#include "pamd/pamdir.h"

#define CONFIG "/etc/ssh/sshd_config"

/* The next word of a line, quotes and '=' taken as sshd does; NULL: there is none. */
static char *
next_word(char **at)
{
    static const char between[] = " \t=\"\r\n";
    char *word = *at + strspn(*at, between);
    size_t n = strcspn(word, between);

    *at = word + n + (word[n] != '\0');
    word[n] = '\0';
    return n > 0 ? word : NULL;
}

static bool read_config(const char *path, int depth, char uses[8]);

static bool
read_included(const char *pattern, int depth, char uses[8])
{
    char absolute[512];
    glob_t found;
    bool said = false;

    (void)snprintf(absolute, sizeof(absolute), "%s%s", pattern[0] == '/' ? "" : "/etc/ssh/",
                   pattern);
    if (glob(absolute, 0, NULL, &found) != 0)
        return false;
    for (size_t i = 0; i < found.gl_pathc && !said; i++)
        said = read_config(found.gl_pathv[i], depth + 1, uses);
    globfree(&found);
    return said;
}

/* The first UsePAM counts, and none below a Match. */
static bool
read_config(const char *path, int depth, char uses[8])
{
    FILE *f = depth < 16 ? fopen(path, "re") : NULL;
    char line[1024];
    bool said = false;

    while (f != NULL && !said && fgets(line, sizeof(line), f) != NULL) {
        char *at = line;
        const char *key = next_word(&at), *value;

        if (key == NULL || *key == '#')
            continue;
        if (strcasecmp(key, "Match") == 0)
            break;
        while (strcasecmp(key, "Include") == 0 && !said && (value = next_word(&at)) != NULL &&
               *value != '#')
            said = read_included(value, depth, uses);
        if (strcasecmp(key, "UsePAM") == 0 && (value = next_word(&at)) != NULL) {
            (void)snprintf(uses, 8, "%s", value);
            said = true;
        }
    }
    if (f != NULL)
        (void)fclose(f);
    return said;
}

static int
has_line(void *arg, const char *path, const char *name, const struct buf *text)
{
    (void)arg;
    (void)path;
    return strcmp(name, "sshd") == 0 &&
           memmem(buf_str(text), text->len, PAMD_MODULE, strlen(PAMD_MODULE)) != NULL;
}

void
check_sshd_pam(struct check *c)
{
    char uses[8] = "no"; /* as sshd is built by its authors */

    if (pamdir_each(false, has_line, NULL, NULL) != 1)
        return;
    (void)read_config(CONFIG, 0, uses);
    if (strcasecmp(uses, "yes") != 0)
        finding_add(&c->found, WIRE_LEVEL_FAIL, "sshd",
                    "UsePAM is %s in " CONFIG ", so sshd asks no PAM line; set UsePAM yes", uses);
}
