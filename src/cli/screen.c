#include "cli/screen.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool
screen_capable(int fd)
{
    const char *term = getenv("TERM");

    return isatty(fd) != 0 && term != NULL && term[0] != '\0' && strcmp(term, "dumb") != 0;
}

bool
screen_coloured(int fd)
{
    const char *no = getenv("NO_COLOR");

    return screen_capable(fd) && (no == NULL || no[0] == '\0');
}

void
screen_cut(char *text, size_t most)
{
    size_t at = most - 1;

    if (strlen(text) <= most)
        return;
    while (at > 0 && ((unsigned char)text[at] & 0xc0) == 0x80)
        at--;
    memcpy(text + at, "~", sizeof("~"));
}
