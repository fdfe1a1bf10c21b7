/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ls-registry-page.h"

#include "ls-back-button.h"
#include "ls-reference-text.h"

#include <glib/gi18n.h>

struct _LsRegistryPage
{
  AdwBin parent_instance;

  LsContext *context; /* (owned) */
  char *registry;     /* (owned) (nullable) */

  AdwWindowTitle *window_title;
  AdwStatusPage *status_page;
  GtkWidget *insecure_box;
  GtkWidget *sign_in_button;
};

G_DEFINE_FINAL_TYPE (LsRegistryPage, ls_registry_page, ADW_TYPE_BIN)

static void
update (LsRegistryPage *self)
{
  LsAccount *account;

  if (self->registry == NULL)
    return;

  account = ls_account_list_find (ls_context_get_accounts (self->context), self->registry, NULL);
  adw_status_page_set_description (
      self->status_page,
      account != NULL ? _ ("Drag an image here to push it, or pull one by its name.")
                      : _ ("Sign in to push images here and to pull those that are not public."));

  /* One more account is possible, but not what comes next. */
  if (account != NULL)
    gtk_widget_remove_css_class (self->sign_in_button, "suggested-action");
  else
    gtk_widget_add_css_class (self->sign_in_button, "suggested-action");
}

static void
sign_in_clicked_cb (LsRegistryPage *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.sign-in", "s", self->registry);
}

static void
pull_clicked_cb (LsRegistryPage *self)
{
  g_autofree char *prefix = g_strconcat (self->registry, "/", NULL);

  gtk_widget_activate_action (GTK_WIDGET (self), "win.ask-pull", "s", prefix);
}

static void
ls_registry_page_dispose (GObject *object)
{
  LsRegistryPage *self = LS_REGISTRY_PAGE (object);

  g_clear_object (&self->context);
  g_clear_pointer (&self->registry, g_free);

  G_OBJECT_CLASS (ls_registry_page_parent_class)->dispose (object);
}

static void
ls_registry_page_class_init (LsRegistryPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ls_registry_page_dispose;

  g_type_ensure (LS_TYPE_BACK_BUTTON);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/longshoreapp/Longshore/ls-registry-page.ui");
  gtk_widget_class_bind_template_child (widget_class, LsRegistryPage, window_title);
  gtk_widget_class_bind_template_child (widget_class, LsRegistryPage, status_page);
  gtk_widget_class_bind_template_child (widget_class, LsRegistryPage, insecure_box);
  gtk_widget_class_bind_template_child (widget_class, LsRegistryPage, sign_in_button);
  gtk_widget_class_bind_template_callback (widget_class, sign_in_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, pull_clicked_cb);
}

static void
ls_registry_page_init (LsRegistryPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ls_registry_page_new:
 * @context: what to work with
 *
 * Returns: a new page, without a registry
 */
GtkWidget *
ls_registry_page_new (LsContext *context)
{
  LsRegistryPage *self;

  g_return_val_if_fail (LS_IS_CONTEXT (context), NULL);

  self = g_object_new (LS_TYPE_REGISTRY_PAGE, NULL);
  self->context = g_object_ref (context);
  g_signal_connect_object (ls_context_get_accounts (context), "items-changed", G_CALLBACK (update),
                           self, G_CONNECT_SWAPPED);

  return GTK_WIDGET (self);
}

/**
 * ls_registry_page_set_registry:
 * @self: a registry page
 * @registry: the name of a registry
 */
void
ls_registry_page_set_registry (LsRegistryPage *self, const char *registry)
{
  const char *title;

  g_return_if_fail (LS_IS_REGISTRY_PAGE (self));
  g_return_if_fail (registry != NULL);

  g_free (self->registry);
  self->registry = g_strdup (registry);

  title = ls_registry_title (registry);
  adw_window_title_set_title (self->window_title, title);
  adw_status_page_set_title (self->status_page, title);
  gtk_widget_set_visible (self->insecure_box, ls_context_is_insecure (self->context, registry));
  update (self);
}
