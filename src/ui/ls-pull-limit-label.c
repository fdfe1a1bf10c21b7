/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-pull-limit-label.h"

#include "config.h"
#include "ls-format.h"

#include <glib/gi18n.h>

struct _LsPullLimitLabel
{
  AdwBin parent_instance;

  GtkLabel *label;   /* (unowned) */
  GtkWidget *button; /* (unowned) */
  gboolean only_low;
  GCancellable *cancellable;
  gboolean signed_in;
};

G_DEFINE_FINAL_TYPE (LsPullLimitLabel, ls_pull_limit_label, ADW_TYPE_BIN)

enum
{
  PROP_0,
  PROP_ONLY_LOW,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/**
 * ls_pull_limit_text:
 * @limit: how many pulls are left
 * @signed_in: whether they are those of an account
 * @now: (nullable): the present; %NULL asks the clock
 *
 * Returns: (transfer full): a sentence with what is left, and, where that is little, what
 *   to do
 */
char *
ls_pull_limit_text (const LsPullLimit *limit, gboolean signed_in, GDateTime *now)
{
  gint64 remaining = ls_pull_limit_get_remaining (limit);
  gint64 more_at = ls_pull_limit_get_more_at (limit);
  g_autofree char *window = ls_format_duration (ls_pull_limit_get_window (limit));
  g_autofree char *text = NULL;
  g_autofree char *when = NULL;

  /* Translators: numbers of pulls and a time span: "42 pulls left, of 100 every 6 h". */
  text = g_strdup_printf (_ ("Docker Hub: %1$d pulls left, of %2$d every %3$s"), (int) remaining,
                          (int) ls_pull_limit_get_limit (limit), window);

  if (!ls_pull_limit_is_low (limit))
    return g_steal_pointer (&text);

  if (!signed_in)
    /* Translators: %s is the sentence "Docker Hub: 3 pulls left, of 100 every 6 h". */
    return g_strdup_printf (_ ("%s. Sign in to have more."), text);

  if (more_at <= 0)
    return g_steal_pointer (&text);

  when = ls_format_clock_time (more_at, now);
  /* Translators: the first %s is the sentence "Docker Hub: 3 pulls left, of 100 every
   * 6 h", the second a time of day. */
  return g_strdup_printf (_ ("%1$s. There are more at %2$s."), text, when);
}

static void
show_limit (LsPullLimitLabel *self, const LsPullLimit *limit)
{
  g_autofree char *text = ls_pull_limit_text (limit, self->signed_in, NULL);
  gboolean is_low = ls_pull_limit_is_low (limit);

  gtk_label_set_label (self->label, text);
  if (is_low)
    {
      gtk_widget_add_css_class (GTK_WIDGET (self->label), "warning");
      gtk_widget_remove_css_class (GTK_WIDGET (self->label), "dim-label");
    }
  else
    {
      gtk_widget_remove_css_class (GTK_WIDGET (self->label), "warning");
      gtk_widget_add_css_class (GTK_WIDGET (self->label), "dim-label");
    }
  gtk_widget_set_visible (self->button, self->only_low && !self->signed_in);
  gtk_widget_set_visible (GTK_WIDGET (self), is_low || !self->only_low);
}

static void
stop (LsPullLimitLabel *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

typedef struct
{
  LsPullLimitLabel *label;
  GCancellable *cancellable;
} Request;

static void
request_free (Request *request)
{
  g_object_unref (request->label);
  g_object_unref (request->cancellable);
  g_free (request);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Request, request_free)

/* That it is not known is no reason to disturb anybody. */
static void
limit_read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Request) request = user_data;
  g_autoptr (LsPullLimit) limit = NULL;

  if (ls_registry_read_pull_limit_finish (LS_REGISTRY (object), result, &limit, NULL)
      && limit != NULL && !g_cancellable_is_cancelled (request->cancellable))
    show_limit (request->label, limit);
}

static void
got_registry_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Request) request = user_data;
  g_autoptr (LsRegistry) registry =
      ls_account_list_get_registry_finish (LS_ACCOUNT_LIST (object), result, NULL);
  GCancellable *cancellable = request->cancellable;

  if (registry != NULL && !g_cancellable_is_cancelled (cancellable))
    ls_registry_read_pull_limit_async (registry, cancellable, limit_read_cb,
                                       g_steal_pointer (&request));
}

static void
ls_pull_limit_label_dispose (GObject *object)
{
  stop (LS_PULL_LIMIT_LABEL (object));

  G_OBJECT_CLASS (ls_pull_limit_label_parent_class)->dispose (object);
}

static void
ls_pull_limit_label_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_ONLY_LOW:
      g_value_set_boolean (value, LS_PULL_LIMIT_LABEL (object)->only_low);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ls_pull_limit_label_set_property (GObject *object, guint prop_id, const GValue *value,
                                  GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_ONLY_LOW:
      LS_PULL_LIMIT_LABEL (object)->only_low = g_value_get_boolean (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ls_pull_limit_label_unroot (GtkWidget *widget)
{
  stop (LS_PULL_LIMIT_LABEL (widget));

  GTK_WIDGET_CLASS (ls_pull_limit_label_parent_class)->unroot (widget);
}

static void
ls_pull_limit_label_class_init (LsPullLimitLabelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ls_pull_limit_label_dispose;
  object_class->get_property = ls_pull_limit_label_get_property;
  object_class->set_property = ls_pull_limit_label_set_property;

  /**
   * LsPullLimitLabel:only-low:
   *
   * Whether it is shown only while few pulls are left, with a button to sign in where
   * that gives more. The window needs the action win.sign-in for that.
   */
  properties[PROP_ONLY_LOW] =
      g_param_spec_boolean ("only-low", NULL, NULL, FALSE,
                            G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  GTK_WIDGET_CLASS (klass)->unroot = ls_pull_limit_label_unroot;
}

static void
ls_pull_limit_label_init (LsPullLimitLabel *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);

  self->label = GTK_LABEL (gtk_label_new (NULL));
  gtk_widget_set_hexpand (GTK_WIDGET (self->label), TRUE);
  gtk_label_set_wrap (self->label, TRUE);
  gtk_label_set_xalign (self->label, 0);
  gtk_widget_add_css_class (GTK_WIDGET (self->label), "caption");
  gtk_label_set_wrap_mode (self->label, PANGO_WRAP_WORD_CHAR);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->label));

  self->button = gtk_button_new_with_label (_ ("Sign In…"));
  gtk_widget_set_valign (self->button, GTK_ALIGN_CENTER);
  gtk_widget_set_visible (self->button, FALSE);
  gtk_widget_add_css_class (self->button, "flat");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->button), "s", LS_DOCKER_HUB);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->button), "win.sign-in");
  gtk_box_append (GTK_BOX (box), self->button);
  adw_bin_set_child (ADW_BIN (self), box);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

/**
 * ls_pull_limit_label_clear:
 * @self: a label
 *
 * Hides it, and forgets what was asked for.
 */
void
ls_pull_limit_label_clear (LsPullLimitLabel *self)
{
  g_return_if_fail (LS_IS_PULL_LIMIT_LABEL (self));

  stop (self);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

/**
 * ls_pull_limit_label_load:
 * @self: a label
 * @context: asks Docker Hub
 * @account: (nullable): whose limit; %NULL for that of this computer's address
 *
 * Asks for the limit and shows it, if there is one.
 */
void
ls_pull_limit_label_load (LsPullLimitLabel *self, LsContext *context, LsAccount *account)
{
  Request *request;

  g_return_if_fail (LS_IS_PULL_LIMIT_LABEL (self));

  ls_pull_limit_label_clear (self);
  /* Nobody is asked to unlock a keyring for this. */
  if (account != NULL && ls_account_list_get_locked (ls_context_get_accounts (context)))
    return;

  self->signed_in = account != NULL;
  self->cancellable = g_cancellable_new ();
  request = g_new0 (Request, 1);
  request->label = g_object_ref (self);
  request->cancellable = g_object_ref (self->cancellable);
  ls_account_list_get_registry_async (ls_context_get_accounts (context), LS_DOCKER_HUB, account,
                                      got_registry_cb, request);
}
