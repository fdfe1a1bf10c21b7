/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A private desktop session for a test: a home of its own, a D-Bus daemon that
 * starts no service by itself, and a real gnome-keyring-daemon when asked for.
 * There is no display, so that every prompt counts as dismissed. The environment
 * of this process is changed. What is tested either runs in a child of it
 * (g_test_trap_subprocess()), or in this process after ls_test_session_enter();
 * that can be done once, because GIO and libsecret keep their connection. */

typedef struct _LsTestSession LsTestSession;

LsTestSession   *ls_test_session_new            (void);
void             ls_test_session_free           (LsTestSession *self);
gboolean         ls_test_session_is_possible    (void);
const char      *ls_test_session_get_home       (LsTestSession *self);
GDBusConnection *ls_test_session_connect        (LsTestSession *self);
void             ls_test_session_start_bus      (LsTestSession *self);
void             ls_test_session_enter          (LsTestSession *self);
void             ls_test_session_start_keyring  (LsTestSession *self,
                                                 const char    *password);
void             ls_test_session_stop_keyring   (LsTestSession *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsTestSession, ls_test_session_free)

G_END_DECLS
