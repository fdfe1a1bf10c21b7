/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-back-button.h"

#include "ls-split.h"

#include <adwaita.h>
#include <glib/gi18n.h>

struct _LsBackButton
{
  GtkButton parent_instance;

  GBinding *visible_binding;       /* (unowned) (nullable) */
  GBinding *title_buttons_binding; /* (unowned) (nullable) */
};

G_DEFINE_FINAL_TYPE (LsBackButton, ls_back_button, GTK_TYPE_BUTTON)

static void
ls_back_button_root (GtkWidget *widget)
{
  LsBackButton *self = LS_BACK_BUTTON (widget);
  GtkWidget *split = gtk_widget_get_ancestor (widget, LS_TYPE_SPLIT);
  GtkWidget *header_bar = gtk_widget_get_ancestor (widget, ADW_TYPE_HEADER_BAR);

  GTK_WIDGET_CLASS (ls_back_button_parent_class)->root (widget);

  gtk_widget_set_visible (widget, FALSE);
  if (split == NULL)
    return;

  g_set_weak_pointer (
      &self->visible_binding,
      g_object_bind_property (split, "collapsed", widget, "visible", G_BINDING_SYNC_CREATE));
  if (header_bar != NULL)
    g_set_weak_pointer (&self->title_buttons_binding,
                        g_object_bind_property (split, "collapsed", header_bar,
                                                "show-start-title-buttons", G_BINDING_SYNC_CREATE));
}

static void
release_binding (GBinding **binding)
{
  if (*binding == NULL)
    return;

  g_binding_unbind (*binding);
  g_clear_weak_pointer (binding);
}

static void
ls_back_button_unroot (GtkWidget *widget)
{
  LsBackButton *self = LS_BACK_BUTTON (widget);

  release_binding (&self->visible_binding);
  release_binding (&self->title_buttons_binding);

  GTK_WIDGET_CLASS (ls_back_button_parent_class)->unroot (widget);
}

static void
ls_back_button_dispose (GObject *object)
{
  LsBackButton *self = LS_BACK_BUTTON (object);

  release_binding (&self->visible_binding);
  release_binding (&self->title_buttons_binding);

  G_OBJECT_CLASS (ls_back_button_parent_class)->dispose (object);
}

static void
ls_back_button_class_init (LsBackButtonClass *klass)
{
  GTK_WIDGET_CLASS (klass)->root = ls_back_button_root;
  GTK_WIDGET_CLASS (klass)->unroot = ls_back_button_unroot;
  G_OBJECT_CLASS (klass)->dispose = ls_back_button_dispose;
}

static void
ls_back_button_init (LsBackButton *self)
{
  const char *label = _ ("Back");

  gtk_button_set_icon_name (GTK_BUTTON (self), "go-previous-symbolic");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self), "split.show-sidebar");
}
