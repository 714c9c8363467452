/* Linked into sanitized programs: a report ends a program by a signal, which killat sees. Leaks
 * cannot be looked for under a tracer. */
const char *__asan_default_options(void);
const char *__ubsan_default_options(void);

const char *
__asan_default_options(void)
{
    return "abort_on_error=1:detect_leaks=0";
}

const char *
__ubsan_default_options(void)
{
    return "abort_on_error=1:print_stacktrace=1";
}
