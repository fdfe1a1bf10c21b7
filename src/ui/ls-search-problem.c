/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-search-problem.h"

#include "config.h"
#include "ls-error-details.h"
#include "ls-error-text.h"
#include "ls-format.h"
#include "ls-reference.h"
#include "ls-safe-text.h"

#include <glib/gi18n.h>

#define MAX_QUERY_CHARS 60

struct _LsSearchProblem
{
  AdwBin parent_instance;

  char *query;
  gint64 retry_at; /* seconds of Unix time; 0 when one may retry now */
  guint countdown_id;

  AdwStatusPage *status_page;
  GtkLabel *details;
  GtkLabel *countdown;
  GtkWidget *retry_button;
  GtkWidget *pull_button;
  GtkLabel *pull_label;
};

G_DEFINE_FINAL_TYPE (LsSearchProblem, ls_search_problem, ADW_TYPE_BIN)

enum
{
  RETRY,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
set_description (LsSearchProblem *self, const char *text)
{
  /* AdwStatusPage takes markup. */
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  adw_status_page_set_description (self->status_page, escaped);
}

/* Whether one has to wait yet. */
static gboolean
update_countdown (gpointer user_data)
{
  LsSearchProblem *self = user_data;
  gint64 seconds = self->retry_at - g_get_real_time () / G_USEC_PER_SEC;
  gboolean waiting = seconds > 0;

  if (waiting)
    {
      g_autofree char *span = ls_format_duration (seconds);
      /* Translators: %s is a time span such as "42 s". */
      g_autofree char *text = g_strdup_printf (_ ("You can try again in %s."), span);

      gtk_label_set_label (self->countdown, text);
    }

  gtk_widget_set_visible (GTK_WIDGET (self->countdown), waiting);
  gtk_widget_set_sensitive (self->retry_button, !waiting);
  if (!waiting)
    self->countdown_id = 0;

  return waiting ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static void
start_countdown (LsSearchProblem *self, gint64 retry_at)
{
  g_clear_handle_id (&self->countdown_id, g_source_remove);
  self->retry_at = retry_at;
  if (update_countdown (self) == G_SOURCE_CONTINUE)
    self->countdown_id = g_timeout_add_seconds (1, update_countdown, self);
}

/* The countdown below says when. */
static char *
get_text (const GError *error)
{
  if (g_error_matches (error, LS_ERROR, LS_ERROR_RATE_LIMITED)
      && ls_error_get_retry_at (error) > g_get_real_time () / G_USEC_PER_SEC)
    return g_strdup (_ ("Docker Hub allows no more searches for now. You can still pull an image "
                        "by its name."));

  return ls_error_text_during (error, LS_ACTIVITY_SEARCH);
}

static void
show_error (LsSearchProblem *self, const GError *error)
{
  g_autofree char *text = get_text (error);
  g_autofree char *details = ls_error_details (error);
  const char *icon_name = "dialog-error-symbolic";
  const char *title = _ ("Search Failed");

  if (g_error_matches (error, LS_ERROR, LS_ERROR_OFFLINE)
      || g_error_matches (error, LS_ERROR, LS_ERROR_TIMED_OUT))
    {
      icon_name = "network-offline-symbolic";
      title = _ ("No Connection");
    }
  else if (g_error_matches (error, LS_ERROR, LS_ERROR_RATE_LIMITED))
    {
      icon_name = "document-open-recent-symbolic";
      title = _ ("Too Many Searches");
    }
  else if (g_error_matches (error, LS_ERROR, LS_ERROR_CLIENT_REFUSED)
           || g_error_matches (error, LS_ERROR, LS_ERROR_FORBIDDEN))
    {
      icon_name = "action-unavailable-symbolic";
      title = _ ("Search Refused");
    }

  adw_status_page_set_icon_name (self->status_page, icon_name);
  adw_status_page_set_title (self->status_page, title);
  set_description (self, text);
  gtk_label_set_label (self->details, details != NULL ? details : "");
  gtk_widget_set_visible (GTK_WIDGET (self->details), details != NULL);
  gtk_widget_set_visible (self->retry_button, TRUE);
  start_countdown (self, ls_error_get_retry_at (error));
}

static void
show_nothing_found (LsSearchProblem *self)
{
  g_autofree char *query = ls_safe_text (self->query, MAX_QUERY_CHARS);
  /* Translators: %s is what was searched for. */
  g_autofree char *text =
      g_strdup_printf (_ ("Nothing on Docker Hub matches “%s”. Check how it is written, or pull "
                          "an image by its full name."),
                       query);

  adw_status_page_set_icon_name (self->status_page, "edit-find-symbolic");
  adw_status_page_set_title (self->status_page, _ ("Nothing Found"));
  set_description (self, text);
  gtk_widget_set_visible (GTK_WIDGET (self->details), FALSE);
  gtk_widget_set_visible (self->retry_button, FALSE);
  start_countdown (self, 0);
}

/* What was typed may be the name of an image, also one of another registry. */
static void
update_pull_button (LsSearchProblem *self)
{
  g_autoptr (LsReference) reference = ls_reference_parse (self->query, NULL);

  if (reference != NULL)
    {
      g_autofree char *name = ls_safe_text (self->query, MAX_QUERY_CHARS);
      /* Translators: %s is the name of an image. */
      g_autofree char *label = g_strdup_printf (_ ("Pull “%s”"), name);

      gtk_label_set_label (self->pull_label, label);
    }

  gtk_widget_set_visible (self->pull_button, reference != NULL);
}

static void
on_retry_clicked (LsSearchProblem *self)
{
  g_signal_emit (self, signals[RETRY], 0);
}

static void
on_pull_clicked (LsSearchProblem *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.pull", "s", self->query);
}

static void
ls_search_problem_dispose (GObject *object)
{
  LsSearchProblem *self = LS_SEARCH_PROBLEM (object);

  g_clear_handle_id (&self->countdown_id, g_source_remove);

  G_OBJECT_CLASS (ls_search_problem_parent_class)->dispose (object);
}

static void
ls_search_problem_finalize (GObject *object)
{
  LsSearchProblem *self = LS_SEARCH_PROBLEM (object);

  g_clear_pointer (&self->query, g_free);

  G_OBJECT_CLASS (ls_search_problem_parent_class)->finalize (object);
}

static void
ls_search_problem_class_init (LsSearchProblemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ls_search_problem_dispose;
  object_class->finalize = ls_search_problem_finalize;

  /**
   * LsSearchProblem::retry:
   *
   * The user wants the same search once more.
   */
  signals[RETRY] = g_signal_new ("retry", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/longshoreapp/Longshore/ls-search-problem.ui");
  gtk_widget_class_bind_template_child (widget_class, LsSearchProblem, status_page);
  gtk_widget_class_bind_template_child (widget_class, LsSearchProblem, details);
  gtk_widget_class_bind_template_child (widget_class, LsSearchProblem, countdown);
  gtk_widget_class_bind_template_child (widget_class, LsSearchProblem, retry_button);
  gtk_widget_class_bind_template_child (widget_class, LsSearchProblem, pull_button);
  gtk_widget_class_bind_template_child (widget_class, LsSearchProblem, pull_label);
  gtk_widget_class_bind_template_callback (widget_class, on_pull_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_retry_clicked);
}

static void
ls_search_problem_init (LsSearchProblem *self)
{
  self->query = g_strdup ("");

  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ls_search_problem_set_error:
 * @self: a problem
 * @query: what was searched for
 * @error: (nullable): why it failed; %NULL when nothing was found
 */
void
ls_search_problem_set_error (LsSearchProblem *self, const char *query, const GError *error)
{
  g_return_if_fail (LS_IS_SEARCH_PROBLEM (self));
  g_return_if_fail (query != NULL);

  g_free (self->query);
  self->query = g_strdup (query);

  if (error != NULL)
    show_error (self, error);
  else
    show_nothing_found (self);
  update_pull_button (self);
}
