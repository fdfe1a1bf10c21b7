/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-platform-row.h"

#include "config.h"
#include "ls-attestations-popover.h"
#include "ls-format.h"
#include "ls-safe-text.h"

#include <glib/gi18n.h>

#define MAX_PLATFORM_CHARS 60

struct _LsPlatformRow
{
  AdwActionRow parent_instance;

  LsPlatformOffer *offer;

  GtkCheckButton *check_button;
  GtkMenuButton *attestations_button;
};

G_DEFINE_FINAL_TYPE (LsPlatformRow, ls_platform_row, ADW_TYPE_ACTION_ROW)

enum
{
  PROP_0,
  PROP_ACTIVE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static char *
describe_size (LsPlatformOffer *offer)
{
  gint64 size = ls_platform_offer_get_size (offer);
  gint64 here = ls_platform_offer_get_size_here (offer);
  g_autofree char *size_text = ls_format_size ((guint64) size);
  g_autofree char *here_text = ls_format_size ((guint64) here);

  if (here <= 0)
    return g_steal_pointer (&size_text);
  if (here >= size)
    /* Translators: %s is a size such as "29.7 MB". */
    return g_strdup_printf (_ ("%s, all of it is here already"), size_text);

  /* Translators: sizes: "29.7 MB, 4.2 MB of it are here already". */
  return g_strdup_printf (_ ("%1$s, %2$s of it are here already"), size_text, here_text);
}

static char *
describe (LsPlatformOffer *offer)
{
  g_autofree char *size = describe_size (offer);

  if (ls_platform_offer_get_attestations (offer)->len == 0)
    return g_steal_pointer (&size);

  /* How many there are stands in the attestations, which nobody has asked for yet. */
  return g_strdup_printf ("%s\n%s", size, _ ("with attestations of how it was made"));
}

static char *
get_title (LsPlatformOffer *offer)
{
  g_autofree char *platform = ls_safe_text (ls_platform_offer_get_text (offer), MAX_PLATFORM_CHARS);

  if (*platform == '\0')
    return g_strdup (C_ ("platform", "Not stated"));
  if (ls_platform_offer_is_host (offer))
    /* Translators: %s is a platform such as "linux/amd64". */
    return g_strdup_printf (_ ("%s (this computer)"), platform);

  return g_steal_pointer (&platform);
}

static void
show_attestations_button (LsPlatformRow *self, LsImageOffer *all)
{
  GtkWidget *button = GTK_WIDGET (self->attestations_button);
  g_autofree char *platform =
      ls_safe_text (ls_platform_offer_get_text (self->offer), MAX_PLATFORM_CHARS);
  g_autofree char *label = NULL;

  if (*platform == '\0')
    label = g_strdup (_ ("Show Attestations"));
  else
    /* Translators: %s is a platform such as "linux/amd64". */
    label = g_strdup_printf (_ ("Show Attestations of %s"), platform);

  gtk_menu_button_set_popover (self->attestations_button,
                               ls_attestations_popover_new (all, self->offer));
  gtk_widget_set_tooltip_text (button, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
  gtk_widget_set_visible (button, TRUE);
}

static void
on_toggled (LsPlatformRow *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ACTIVE]);
}

static void
ls_platform_row_dispose (GObject *object)
{
  LsPlatformRow *self = LS_PLATFORM_ROW (object);

  g_clear_object (&self->offer);

  G_OBJECT_CLASS (ls_platform_row_parent_class)->dispose (object);
}

static void
ls_platform_row_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_ACTIVE:
      g_value_set_boolean (value, ls_platform_row_get_active (LS_PLATFORM_ROW (object)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ls_platform_row_class_init (LsPlatformRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ls_platform_row_dispose;
  object_class->get_property = ls_platform_row_get_property;

  properties[PROP_ACTIVE] =
      g_param_spec_boolean ("active", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/longshoreapp/Longshore/ls-platform-row.ui");
  gtk_widget_class_bind_template_child (widget_class, LsPlatformRow, check_button);
  gtk_widget_class_bind_template_child (widget_class, LsPlatformRow, attestations_button);
  gtk_widget_class_bind_template_callback (widget_class, on_toggled);
}

static void
ls_platform_row_init (LsPlatformRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ls_platform_row_new:
 * @all: what @offer is one of; asks the registry for attestations
 * @offer: what can be chosen
 *
 * Returns: (transfer floating): a new row; chosen where @offer is for this computer
 */
GtkWidget *
ls_platform_row_new (LsImageOffer *all, LsPlatformOffer *offer)
{
  LsPlatformRow *self;
  g_autofree char *title = NULL;
  g_autofree char *subtitle = NULL;

  g_return_val_if_fail (LS_IS_PLATFORM_OFFER (offer), NULL);

  self = g_object_new (LS_TYPE_PLATFORM_ROW, NULL);
  self->offer = g_object_ref (offer);
  title = get_title (offer);
  subtitle = describe (offer);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), subtitle);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, subtitle, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->check_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  gtk_check_button_set_active (self->check_button, ls_platform_offer_is_host (offer));
  if (ls_platform_offer_get_attestations (offer)->len > 0)
    show_attestations_button (self, all);

  return GTK_WIDGET (self);
}

/**
 * ls_platform_row_get_offer:
 * @self: a row
 *
 * Returns: (transfer none): what can be chosen
 */
LsPlatformOffer *
ls_platform_row_get_offer (LsPlatformRow *self)
{
  g_return_val_if_fail (LS_IS_PLATFORM_ROW (self), NULL);

  return self->offer;
}

/**
 * ls_platform_row_get_active:
 * @self: a row
 *
 * Returns: whether it is chosen
 */
gboolean
ls_platform_row_get_active (LsPlatformRow *self)
{
  g_return_val_if_fail (LS_IS_PLATFORM_ROW (self), FALSE);

  return gtk_check_button_get_active (self->check_button);
}

/**
 * ls_platform_row_set_active:
 * @self: a row
 * @active: whether it is chosen
 */
void
ls_platform_row_set_active (LsPlatformRow *self, gboolean active)
{
  g_return_if_fail (LS_IS_PLATFORM_ROW (self));

  gtk_check_button_set_active (self->check_button, active);
}
