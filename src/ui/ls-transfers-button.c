/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ls-transfers-button.h"

#include "ls-format.h"

#include <glib/gi18n.h>

struct _LsTransfersButton
{
  GtkButton parent_instance;

  LsTransferQueue *queue; /* (owned) (nullable) */

  GtkLabel *title;
  GtkLabel *percent;
  GtkLabel *detail;
  GtkProgressBar *progress;
};

G_DEFINE_FINAL_TYPE (LsTransfersButton, ls_transfers_button, GTK_TYPE_BUTTON)

static guint
count_in_state (LsTransferQueue *queue, LsTransferState state)
{
  guint n_items = g_list_model_get_n_items (G_LIST_MODEL (queue));
  guint n_found = 0;

  for (guint i = 0; i < n_items; i++)
    {
      g_autoptr (LsTransfer) transfer = g_list_model_get_item (G_LIST_MODEL (queue), i);

      if (ls_transfer_get_state (transfer) == state)
        n_found++;
    }

  return n_found;
}

/* Those at work that wait for a registry before they go on. */
static guint
count_held_up (LsTransferQueue *queue)
{
  guint n_items = g_list_model_get_n_items (G_LIST_MODEL (queue));
  guint n_found = 0;

  for (guint i = 0; i < n_items; i++)
    {
      g_autoptr (LsTransfer) transfer = g_list_model_get_item (G_LIST_MODEL (queue), i);

      if (ls_transfer_get_state (transfer) == LS_TRANSFER_RUNNING
          && ls_transfer_get_waiting_until (transfer) > 0)
        n_found++;
    }

  return n_found;
}

static char *
describe_speed (gint64 bytes_per_second, gint64 seconds_left)
{
  g_autofree char *speed = NULL;
  g_autofree char *duration = NULL;

  if (bytes_per_second <= 0)
    return g_strdup (_ ("Starting…"));

  speed = ls_format_speed (bytes_per_second);
  if (seconds_left < 0)
    return g_steal_pointer (&speed);

  duration = ls_format_duration (seconds_left);
  /* Translators: speed, then time, as in “12 MB/s, 8 s left” */
  return g_strdup_printf (_ ("%1$s, %2$s left"), speed, duration);
}

/* How it ended, what wants something done first. */
static char *
describe_end (LsTransferQueue *queue)
{
  guint n_failed = count_in_state (queue, LS_TRANSFER_FAILED);
  guint n_paused = count_in_state (queue, LS_TRANSFER_PAUSED);
  guint n_cancelled = count_in_state (queue, LS_TRANSFER_CANCELLED);

  if (n_failed > 0)
    /* Translators: how many transfers failed */
    return g_strdup_printf (ngettext ("%u failed", "%u failed", n_failed), n_failed);

  if (n_paused > 0)
    /* Translators: how many transfers are paused */
    return g_strdup_printf (ngettext ("%u paused", "%u paused", n_paused), n_paused);

  if (n_cancelled > 0)
    /* Translators: how many transfers were cancelled */
    return g_strdup_printf (ngettext ("%u cancelled", "%u cancelled", n_cancelled), n_cancelled);

  return g_strdup (_ ("All done"));
}

static void
update (LsTransfersButton *self)
{
  guint n_active = ls_transfer_queue_get_n_active (self->queue);
  guint n_running = 0;
  double fraction = 0;
  gint64 bytes_per_second = 0;
  gint64 seconds_left = -1;
  g_autofree char *title = NULL;
  g_autofree char *percent = NULL;
  g_autofree char *detail = NULL;

  g_object_get (self->queue, "fraction", &fraction, "bytes-per-second", &bytes_per_second,
                "seconds-left", &seconds_left, "n-running", &n_running, NULL);

  if (n_active > 0)
    {
      title = g_strdup_printf (ngettext ("%u transfer", "%u transfers", n_active), n_active);
      percent = ls_format_percent (fraction);
      detail = n_running > count_held_up (self->queue)
                   ? describe_speed (bytes_per_second, seconds_left)
                   : g_strdup (C_ ("transfer", "Waiting"));
    }
  else
    {
      title = g_strdup (_ ("Transfers"));
      percent = g_strdup ("");
      detail = describe_end (self->queue);
    }

  gtk_label_set_text (self->title, title);
  gtk_label_set_text (self->percent, percent);
  gtk_label_set_text (self->detail, detail);
  gtk_progress_bar_set_fraction (self->progress, fraction);
  /* Last: with a new fraction the bar forgets its text. */
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->progress),
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, percent, -1);
  gtk_widget_set_visible (GTK_WIDGET (self->progress), n_active > 0);
}

static void
ls_transfers_button_dispose (GObject *object)
{
  LsTransfersButton *self = LS_TRANSFERS_BUTTON (object);

  g_clear_object (&self->queue);

  G_OBJECT_CLASS (ls_transfers_button_parent_class)->dispose (object);
}

static void
ls_transfers_button_class_init (LsTransfersButtonClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ls_transfers_button_dispose;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/longshoreapp/Longshore/ls-transfers-button.ui");
  gtk_widget_class_bind_template_child (widget_class, LsTransfersButton, title);
  gtk_widget_class_bind_template_child (widget_class, LsTransfersButton, percent);
  gtk_widget_class_bind_template_child (widget_class, LsTransfersButton, detail);
  gtk_widget_class_bind_template_child (widget_class, LsTransfersButton, progress);
}

static void
ls_transfers_button_init (LsTransfersButton *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ls_transfers_button_set_queue:
 * @self: a transfers button
 * @queue: the transfers to sum up
 */
void
ls_transfers_button_set_queue (LsTransfersButton *self, LsTransferQueue *queue)
{
  const char *const watched[] = {
    "notify::n-active",     "notify::fraction",  "notify::bytes-per-second",
    "notify::seconds-left", "notify::n-running", "notify::n-paused",
    "notify::n-cancelled",  "items-changed",     "finished"
  };

  g_return_if_fail (LS_IS_TRANSFERS_BUTTON (self));
  g_return_if_fail (LS_IS_TRANSFER_QUEUE (queue));
  g_return_if_fail (self->queue == NULL);

  self->queue = g_object_ref (queue);
  for (guint i = 0; i < G_N_ELEMENTS (watched); i++)
    g_signal_connect_object (queue, watched[i], G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}
