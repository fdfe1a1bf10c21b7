/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-keyring.h"

G_BEGIN_DECLS

/* The operations of LsKeyring, each in one line that waits for its end, and
 * what most tests say about them. */

gboolean  ls_test_keyring_store            (LsKeyring   *keyring,
                                            const char  *registry,
                                            const char  *username,
                                            const char  *secret,
                                            GError     **error);
char     *ls_test_keyring_lookup           (LsKeyring   *keyring,
                                            const char  *registry,
                                            const char  *username,
                                            GError     **error);
gboolean  ls_test_keyring_erase            (LsKeyring   *keyring,
                                            const char  *registry,
                                            const char  *username,
                                            GError     **error);
gboolean  ls_test_keyring_unlock           (LsKeyring   *keyring,
                                            GError     **error);
char     *ls_test_keyring_list             (LsKeyring   *keyring,
                                            gboolean    *locked,
                                            GError     **error);

void      ls_test_keyring_assert_stores    (LsKeyring   *keyring,
                                            const char  *registry,
                                            const char  *username,
                                            const char  *secret);
void      ls_test_keyring_assert_erases    (LsKeyring   *keyring,
                                            const char  *registry,
                                            const char  *username);
void      ls_test_keyring_assert_secret    (LsKeyring   *keyring,
                                            const char  *registry,
                                            const char  *username,
                                            const char  *secret);
void      ls_test_keyring_assert_no_secret (LsKeyring   *keyring,
                                            const char  *registry,
                                            const char  *username,
                                            int          code);
void      ls_test_keyring_assert_lists     (LsKeyring   *keyring,
                                            const char  *logins,
                                            gboolean     locked);

G_END_DECLS
