/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * LsError:
 * @LS_ERROR_FAILED: anything that has no code of its own
 * @LS_ERROR_INVALID_NAME: a reference, name or digest that its grammar forbids
 * @LS_ERROR_UNAUTHORIZED: the registry wants other or any credentials
 * @LS_ERROR_FORBIDDEN: the credentials are right and the action is denied
 * @LS_ERROR_NOT_FOUND: no such repository, tag, blob or image
 * @LS_ERROR_RATE_LIMITED: too many requests; see ls_error_get_retry_at()
 * @LS_ERROR_OFFLINE: the host cannot be reached
 * @LS_ERROR_TIMED_OUT: the host stopped answering
 * @LS_ERROR_TLS: the certificate is not trusted, or TLS failed
 * @LS_ERROR_INSECURE: the server does not speak TLS, and plain http is not allowed
 * @LS_ERROR_LED_ASTRAY: the server sends us where it must not: away from TLS, into the
 *   user's own network, or with a secret to somebody else
 * @LS_ERROR_CONFIDANT_CHANGED: the registry wants the password to be sent to another
 *   server than the one that the user confided it to by signing in
 * @LS_ERROR_NOT_A_REGISTRY: the host answers, but does not speak the protocol
 * @LS_ERROR_CLIENT_REFUSED: the service refuses this program before any sign-in
 * @LS_ERROR_SERVER: the server failed (5xx)
 * @LS_ERROR_PROTOCOL: a reply that its specification forbids
 * @LS_ERROR_TOO_LARGE: a reply or request over its size limit
 * @LS_ERROR_UNSUPPORTED: a format that Longshore does not read
 * @LS_ERROR_NO_PLATFORM: an index without an image for the wanted platform
 * @LS_ERROR_PARTLY_HELD: an index that is to go as a whole and of which only a part is
 *   on this computer
 * @LS_ERROR_DIGEST_MISMATCH: bytes that are not those their digest or size names
 * @LS_ERROR_NO_SPACE: the disk is full; see ls_error_get_bytes_needed()
 * @LS_ERROR_STORE: the store on this computer cannot be read or written
 * @LS_ERROR_KEYRING_UNAVAILABLE: no Secret Service answers
 * @LS_ERROR_KEYRING_LOCKED: the keyring is locked and was not unlocked
 * @LS_ERROR_SETTINGS: registries.conf cannot be understood
 *
 * What went wrong, in the terms the user interface makes its sentences from.
 * Cancelling is %G_IO_ERROR_CANCELLED, as everywhere in GIO.
 */
typedef enum
{
  LS_ERROR_FAILED,
  LS_ERROR_INVALID_NAME,
  LS_ERROR_UNAUTHORIZED,
  LS_ERROR_FORBIDDEN,
  LS_ERROR_NOT_FOUND,
  LS_ERROR_RATE_LIMITED,
  LS_ERROR_OFFLINE,
  LS_ERROR_TIMED_OUT,
  LS_ERROR_TLS,
  LS_ERROR_INSECURE,
  LS_ERROR_LED_ASTRAY,
  LS_ERROR_CONFIDANT_CHANGED,
  LS_ERROR_NOT_A_REGISTRY,
  LS_ERROR_CLIENT_REFUSED,
  LS_ERROR_SERVER,
  LS_ERROR_PROTOCOL,
  LS_ERROR_TOO_LARGE,
  LS_ERROR_UNSUPPORTED,
  LS_ERROR_NO_PLATFORM,
  LS_ERROR_PARTLY_HELD,
  LS_ERROR_DIGEST_MISMATCH,
  LS_ERROR_NO_SPACE,
  LS_ERROR_STORE,
  LS_ERROR_KEYRING_UNAVAILABLE,
  LS_ERROR_KEYRING_LOCKED,
  LS_ERROR_SETTINGS,
} LsError;

#define LS_ERROR (ls_error_quark ())
GQuark ls_error_quark (void);

gboolean    ls_error_wants_sign_in    (const GError *error);

void        ls_error_set_server_text  (GError       *error,
                                       const char   *text);
const char *ls_error_get_server_text  (const GError *error);
void        ls_error_set_subject      (GError       *error,
                                       const char   *subject);
const char *ls_error_get_subject      (const GError *error);
void        ls_error_set_retry_at     (GError       *error,
                                       gint64        unix_seconds);
gint64      ls_error_get_retry_at     (const GError *error);
void        ls_error_set_bytes_needed (GError       *error,
                                       guint64       bytes);
guint64     ls_error_get_bytes_needed (const GError *error);

G_END_DECLS
