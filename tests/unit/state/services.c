#include "state/services.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void
a_list_holds_whole_names(void **state)
{
    (void)state;
    assert_true(services_hold("sshd,login,gdm-password", "sshd"));
    assert_true(services_hold("sshd,login,gdm-password", "login"));
    assert_true(services_hold("sshd,login,gdm-password", "gdm-password"));
    assert_true(services_hold(",,login", "login"));
    assert_false(services_hold("sshd,login,gdm-password", "gdm"));
    assert_false(services_hold("sshd,login,gdm-password", "ssh"));
    assert_false(services_hold("sshd,login,gdm-password", "sshd2"));
    assert_false(services_hold("sshd,login,gdm-password", "SSHD"));
    assert_false(services_hold("sshd,login", "sshd,login"));
    assert_false(services_hold("sshd,,login,", ""));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_holds_whole_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
