/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-error-details.h"

#include "ls-safe-text.h"

#include <gio/gio.h>
#include <string.h>

#define MAX_DETAILS_CHARS 600

/* "example.com cannot be reached: Connection refused": the beginning is what the sentence
 * says, but in English; what follows comes from GLib, which speaks the user's language. */
static const char *
without_beginning (const char *message)
{
  const char *colon = strstr (message, ": ");

  return colon != NULL ? colon + 2 : message;
}

/**
 * ls_error_details:
 * @error: any error
 *
 * What helps somebody who knows more: the server's own words, or, where there
 * are none and the sentence is a general one, the technical message.
 *
 * Returns: (transfer full) (nullable): one line of text, safe to show; %NULL if there is none
 */
char *
ls_error_details (const GError *error)
{
  const char *server_text = ls_error_get_server_text (error);

  g_return_val_if_fail (error != NULL, NULL);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
      || g_error_matches (error, LS_ERROR, LS_ERROR_NO_PLATFORM))
    return NULL;

  if (server_text != NULL && server_text[0] != '\0')
    return ls_safe_text (server_text, MAX_DETAILS_CHARS);

  if (error->domain == LS_ERROR)
    switch ((LsError) error->code)
      {
      case LS_ERROR_UNAUTHORIZED:
      case LS_ERROR_FORBIDDEN:
      case LS_ERROR_NOT_FOUND:
      case LS_ERROR_RATE_LIMITED:
      case LS_ERROR_CLIENT_REFUSED:
      case LS_ERROR_NO_SPACE:
      case LS_ERROR_KEYRING_LOCKED:
        return NULL;
      case LS_ERROR_OFFLINE:
        return ls_safe_text (without_beginning (error->message), MAX_DETAILS_CHARS);
      default:
        break;
      }

  return ls_safe_text (error->message, MAX_DETAILS_CHARS);
}
