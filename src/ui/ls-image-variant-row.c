/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-image-variant-row.h"

#include "config.h"
#include "ls-attestation-text.h"
#include "ls-format.h"
#include "ls-safe-text.h"

#include <glib/gi18n.h>

#define MAX_PLATFORM_CHARS 60
#define MAX_TYPE_CHARS 120

struct _LsImageVariantRow
{
  AdwExpanderRow parent_instance;

  LsImageVariant *variant;
  gboolean has_rows;
};

G_DEFINE_FINAL_TYPE (LsImageVariantRow, ls_image_variant_row, ADW_TYPE_EXPANDER_ROW)

static void
add_row (LsImageVariantRow *self, const char *title, const char *subtitle, const char *tooltip)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 0);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  gtk_widget_set_tooltip_text (row, tooltip);
  adw_expander_row_add_row (ADW_EXPANDER_ROW (self), row);
}

/* As in "application/vnd.oci.image.layer.v1.tar+gzip". */
static const char *
get_compression (const char *media_type)
{
  if (g_str_has_suffix (media_type, "gzip"))
    return "gzip";
  if (g_str_has_suffix (media_type, "zstd"))
    return "zstd";

  return NULL;
}

static void
add_layer (LsImageVariantRow *self, LsDescriptor *layer)
{
  LsDigest *digest = ls_descriptor_get_digest (layer);
  const char *compression = get_compression (ls_descriptor_get_media_type (layer));
  g_autofree char *title = ls_digest_dup_short (digest);
  g_autofree char *size = ls_format_size ((guint64) ls_descriptor_get_size (layer));
  g_autofree char *subtitle =
      compression != NULL ? g_strdup_printf ("%s · %s", size, compression) : g_strdup (size);

  add_row (self, title, subtitle, ls_digest_to_string (digest));
}

static void
add_rows (LsImageVariantRow *self)
{
  if (self->has_rows || !adw_expander_row_get_expanded (ADW_EXPANDER_ROW (self)))
    return;

  self->has_rows = TRUE;
  for (guint i = 0; i < self->variant->layers->len; i++)
    add_layer (self, self->variant->layers->pdata[i]);

  for (guint i = 0; self->variant->attestations[i] != NULL; i++)
    {
      const char *type = self->variant->attestations[i];
      g_autofree char *subtitle = ls_safe_text (type, MAX_TYPE_CHARS);

      add_row (self, ls_attestation_title (type), subtitle, NULL);
    }
}

static char *
describe (LsImageVariant *variant)
{
  guint n_layers = variant->layers->len;
  guint n_attestations = g_strv_length (variant->attestations);
  g_autofree char *size = ls_format_size ((guint64) variant->size);
  g_autofree char *layers =
      /* Translators: the second one is a size: "7 layers, 29.7 MB". */
      g_strdup_printf (ngettext ("%1$u layer, %2$s", "%1$u layers, %2$s", n_layers), n_layers,
                       size);
  g_autofree char *attestations = NULL;

  if (n_attestations == 0)
    return g_steal_pointer (&layers);

  attestations =
      g_strdup_printf (ngettext ("with %u attestation of how it was made",
                                 "with %u attestations of how it was made", n_attestations),
                       n_attestations);

  return g_strdup_printf ("%s\n%s", layers, attestations);
}

static void
ls_image_variant_row_finalize (GObject *object)
{
  LsImageVariantRow *self = LS_IMAGE_VARIANT_ROW (object);

  g_clear_pointer (&self->variant, ls_image_variant_free);

  G_OBJECT_CLASS (ls_image_variant_row_parent_class)->finalize (object);
}

static void
ls_image_variant_row_class_init (LsImageVariantRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ls_image_variant_row_finalize;
}

static void
ls_image_variant_row_init (LsImageVariantRow *self)
{
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self), FALSE);
}

/**
 * ls_image_variant_row_new:
 * @variant: (transfer full): what it shows
 *
 * Makes a row for each layer when it is first expanded: there may be hundreds.
 *
 * Returns: (transfer floating): a new row
 */
GtkWidget *
ls_image_variant_row_new (LsImageVariant *variant)
{
  LsImageVariantRow *self = g_object_new (LS_TYPE_IMAGE_VARIANT_ROW, NULL);
  g_autofree char *platform = ls_safe_text (variant->platform, MAX_PLATFORM_CHARS);
  g_autofree char *subtitle = describe (variant);

  self->variant = variant;
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self),
                                 *platform != '\0' ? platform : C_ ("platform", "Not stated"));
  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (self), subtitle);
  g_signal_connect (self, "notify::expanded", G_CALLBACK (add_rows), NULL);

  return GTK_WIDGET (self);
}
