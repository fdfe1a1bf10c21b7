/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-transfer-row-closures.h"

#include "config.h"
#include "ls-digest.h"
#include "ls-error-details.h"
#include "ls-error-text.h"
#include "ls-format.h"
#include "ls-safe-text.h"
#include "ls-transfer-text.h"

#include <glib/gi18n.h>

#define MAX_TITLE_CHARS 300

static char *
format_title (gpointer unused, const char *title)
{
  return ls_safe_text (title, MAX_TITLE_CHARS);
}

static char *
format_route (gpointer unused, LsTransferKind kind, const char *from, const char *to,
              const char *account)
{
  return ls_transfer_route_text (kind, from, to, account);
}

static char *
format_state (gpointer unused, LsTransferKind kind, LsTransferState state, gint64 bytes_done,
              gint64 bytes_total, gint64 bytes_per_second, gint64 seconds_left, gboolean up_to_date,
              gboolean is_repair, const GError *error, gint64 waiting_until, int waiting_reason,
              gboolean goes_on, guint n_before, const char *registry)
{
  if (waiting_until > 0 && (state == LS_TRANSFER_WAITING || state == LS_TRANSFER_RUNNING))
    return ls_transfer_text_waiting (registry, (LsError) waiting_reason, waiting_until, NULL);
  if (state == LS_TRANSFER_QUEUED)
    return ls_transfer_text_queued (n_before);
  if (state == LS_TRANSFER_PAUSED && goes_on)
    return g_strdup (_ ("Interrupted; what has arrived is kept"));

  return ls_transfer_text (kind, state, bytes_done, bytes_total, bytes_per_second, seconds_left,
                           up_to_date, is_repair, error);
}

static char *
get_kind_icon (gpointer unused, LsTransferKind kind)
{
  return g_strdup (kind == LS_TRANSFER_PULL ? "ls-pull-symbolic" : "ls-push-symbolic");
}

static char *
get_pause_icon (gpointer unused, LsTransferState state)
{
  return g_strdup (state == LS_TRANSFER_PAUSED ? "media-playback-start-symbolic"
                                               : "media-playback-pause-symbolic");
}

static char *
format_pause (gpointer unused, LsTransferState state)
{
  return g_strdup (state == LS_TRANSFER_PAUSED ? _ ("Resume") : _ ("Pause"));
}

static char *
format_kind (gpointer unused, LsTransferKind kind, gboolean is_repair)
{
  return g_strdup (ls_transfer_kind_name (kind, is_repair));
}

static char *
format_details (gpointer unused, const GError *error)
{
  return error != NULL ? ls_error_details (error) : NULL;
}

static gboolean
has_details (gpointer unused, const GError *error)
{
  g_autofree char *details = format_details (NULL, error);

  return details != NULL;
}

static char *
format_digest (gpointer unused, const char *text)
{
  g_autoptr (LsDigest) digest = text != NULL ? ls_digest_parse (text, NULL) : NULL;

  return digest != NULL ? ls_digest_dup_short (digest) : g_strdup ("");
}

static char *
format_manifest_size (gpointer unused, gint64 size)
{
  g_autofree char *text = ls_format_size ((guint64) MAX (size, 0));

  /* Translators: %s is a size such as "1.2 kB". */
  return g_strdup_printf (_ ("Manifest of %s"), text);
}

static gboolean
is_active (gpointer unused, LsTransferState state)
{
  return state == LS_TRANSFER_QUEUED || state == LS_TRANSFER_RUNNING || state == LS_TRANSFER_WAITING
         || state == LS_TRANSFER_PAUSED;
}

static gboolean
shows_progress (gpointer unused, LsTransferState state, gint64 bytes_total)
{
  return state == LS_TRANSFER_RUNNING
         || ((state == LS_TRANSFER_WAITING || state == LS_TRANSFER_PAUSED) && bytes_total > 0);
}

static gboolean
offers_retry (gpointer unused, LsTransferState state)
{
  return state == LS_TRANSFER_FAILED || state == LS_TRANSFER_CANCELLED
         || state == LS_TRANSFER_WAITING;
}

static gboolean
is_finished (gpointer unused, LsTransferState state)
{
  return state == LS_TRANSFER_SUCCEEDED || state == LS_TRANSFER_FAILED
         || state == LS_TRANSFER_CANCELLED;
}

static gboolean
has_result (gpointer unused, LsTransferState state, const char *digest)
{
  return state == LS_TRANSFER_SUCCEEDED && digest != NULL;
}

static gboolean
wants_sign_in (gpointer unused, const GError *error)
{
  return ls_error_wants_sign_in (error);
}

static gboolean
has_layers (gpointer unused, guint n_layers)
{
  return n_layers > 0;
}

/* The colour says again what the sentence says. */
static GStrv
get_state_classes (gpointer unused, LsTransferState state)
{
  static const char *const failed[] = { "caption", "numeric", "error", NULL };
  static const char *const other[] = { "caption", "numeric", NULL };

  return g_strdupv ((char **) (state == LS_TRANSFER_FAILED ? failed : other));
}

/**
 * ls_transfer_row_describe_state:
 * @transfer: a transfer
 *
 * What a screen reader says of a transfer beside its name. The sentence below the name
 * changes several times a second while bytes move: there is the progress bar for that.
 *
 * Returns: (transfer full): what it does, without numbers that change
 */
char *
ls_transfer_row_describe_state (LsTransfer *transfer)
{
  LsTransferState state = ls_transfer_get_state (transfer);
  LsTransferKind kind = ls_transfer_get_kind (transfer);
  gboolean stands = state == LS_TRANSFER_PAUSED;
  gint64 waiting_until = ls_transfer_get_waiting_until (transfer);
  gint64 bytes_total = ls_transfer_get_bytes_total (transfer);

  if (waiting_until > 0 && (state == LS_TRANSFER_WAITING || state == LS_TRANSFER_RUNNING))
    {
      LsReference *name = ls_transfer_get_name (transfer);
      int reason = LS_ERROR_FAILED;

      g_object_get (transfer, "waiting-reason", &reason, NULL);
      return ls_transfer_text_waiting (ls_reference_get_registry (name), (LsError) reason,
                                       waiting_until, NULL);
    }
  if (state == LS_TRANSFER_RUNNING && bytes_total > 0)
    return g_strdup (kind == LS_TRANSFER_PULL ? C_ ("transfer", "Downloading")
                                              : C_ ("transfer", "Pushing"));

  return ls_transfer_text (kind, state, stands ? ls_transfer_get_bytes_done (transfer) : 0,
                           stands ? bytes_total : 0, 0, -1,
                           ls_transfer_get_up_to_date (transfer), ls_transfer_is_repair (transfer),
                           ls_transfer_get_error (transfer));
}

/**
 * ls_transfer_row_bind_closures:
 * @widget_class: the class of the rows
 *
 * Gives the template of a row its functions.
 */
void
ls_transfer_row_bind_closures (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_callback (widget_class, format_title);
  gtk_widget_class_bind_template_callback (widget_class, format_route);
  gtk_widget_class_bind_template_callback (widget_class, format_state);
  gtk_widget_class_bind_template_callback (widget_class, format_kind);
  gtk_widget_class_bind_template_callback (widget_class, format_pause);
  gtk_widget_class_bind_template_callback (widget_class, format_details);
  gtk_widget_class_bind_template_callback (widget_class, format_digest);
  gtk_widget_class_bind_template_callback (widget_class, format_manifest_size);
  gtk_widget_class_bind_template_callback (widget_class, get_kind_icon);
  gtk_widget_class_bind_template_callback (widget_class, get_pause_icon);
  gtk_widget_class_bind_template_callback (widget_class, get_state_classes);
  gtk_widget_class_bind_template_callback (widget_class, has_details);
  gtk_widget_class_bind_template_callback (widget_class, has_layers);
  gtk_widget_class_bind_template_callback (widget_class, has_result);
  gtk_widget_class_bind_template_callback (widget_class, is_active);
  gtk_widget_class_bind_template_callback (widget_class, is_finished);
  gtk_widget_class_bind_template_callback (widget_class, offers_retry);
  gtk_widget_class_bind_template_callback (widget_class, shows_progress);
  gtk_widget_class_bind_template_callback (widget_class, wants_sign_in);
}
