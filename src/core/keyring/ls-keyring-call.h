/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-credentials.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* One operation on the keyring, private to this room. libsecret may never call
 * back (a call that is cancelled under a prompt, a service that hangs), so
 * nothing here is ever cancelled, and a timer of our own answers in its place;
 * what comes after that is dropped. */

typedef void (*LsKeyringStep) (GTask *task);

typedef struct
{
  /* Input. */
  char *registry;
  char *username;
  LsCredentials *credentials;
  gboolean may_prompt;
  LsKeyringStep when_open;

  /* In progress. */
  GSource *timer;
  gboolean answered;
  GQueue servers; /* of char *, still to be cleared */

  /* Output. */
  gboolean locked;
} LsKeyringCall;

GTask    *ls_keyring_call_new            (gpointer             source,
                                          gpointer             tag,
                                          const char          *registry,
                                          const char          *username,
                                          GAsyncReadyCallback  callback,
                                          gpointer             user_data);
void      ls_keyring_call_open           (GTask               *task,
                                          guint                timeout,
                                          gboolean             may_prompt,
                                          LsKeyringStep        when_open);
gboolean  ls_keyring_call_continues      (GTask               *task,
                                          const GError        *error);
void      ls_keyring_call_return         (GTask               *task,
                                          gpointer             result,
                                          GDestroyNotify       destroy);
void      ls_keyring_call_return_error   (GTask               *task,
                                          GError              *error);

G_END_DECLS
