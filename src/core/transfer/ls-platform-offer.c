/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-platform-offer.h"

struct _LsPlatformOffer
{
  GObject parent_instance;

  LsPlatform *platform; /* (nullable) */
  char *text;
  LsManifest *image;
  gint64 size;
  gint64 size_here;
  guint n_attestations;
  gboolean is_host;
};

enum
{
  PROP_0,
  PROP_PLATFORM,
  PROP_DIGEST,
  PROP_SIZE,
  PROP_SIZE_HERE,
  PROP_N_ATTESTATIONS,
  PROP_IS_HOST,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (LsPlatformOffer, ls_platform_offer, G_TYPE_OBJECT)

static void
ls_platform_offer_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  LsPlatformOffer *self = LS_PLATFORM_OFFER (object);
  LsDescriptor *image = ls_manifest_get_descriptor (self->image);

  switch (prop_id)
    {
    case PROP_PLATFORM:
      g_value_set_string (value, self->text);
      break;
    case PROP_DIGEST:
      g_value_set_string (value, ls_digest_to_string (ls_descriptor_get_digest (image)));
      break;
    case PROP_SIZE:
      g_value_set_int64 (value, self->size);
      break;
    case PROP_SIZE_HERE:
      g_value_set_int64 (value, self->size_here);
      break;
    case PROP_N_ATTESTATIONS:
      g_value_set_uint (value, self->n_attestations);
      break;
    case PROP_IS_HOST:
      g_value_set_boolean (value, self->is_host);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ls_platform_offer_finalize (GObject *object)
{
  LsPlatformOffer *self = LS_PLATFORM_OFFER (object);

  g_clear_pointer (&self->platform, ls_platform_unref);
  g_clear_pointer (&self->text, g_free);
  g_clear_pointer (&self->image, ls_manifest_unref);

  G_OBJECT_CLASS (ls_platform_offer_parent_class)->finalize (object);
}

static void
ls_platform_offer_class_init (LsPlatformOfferClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = ls_platform_offer_get_property;
  object_class->finalize = ls_platform_offer_finalize;

  properties[PROP_PLATFORM] = g_param_spec_string ("platform", NULL, NULL, NULL, flags);
  properties[PROP_DIGEST] = g_param_spec_string ("digest", NULL, NULL, NULL, flags);
  properties[PROP_SIZE] = g_param_spec_int64 ("size", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_SIZE_HERE] =
      g_param_spec_int64 ("size-here", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_N_ATTESTATIONS] =
      g_param_spec_uint ("n-attestations", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_IS_HOST] = g_param_spec_boolean ("is-host", NULL, NULL, FALSE, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ls_platform_offer_init (LsPlatformOffer *self)
{
}

/**
 * ls_platform_offer_new:
 * @platform: (nullable): what the image runs on, if that is said
 * @image: its manifest
 * @size: bytes of its config and layers
 * @size_here: how many of them are here
 * @n_attestations: how many attestations the index has of it
 * @is_host: whether it is the one that is meant on this computer
 *
 * Returns: (transfer full): an offer
 */
LsPlatformOffer *
ls_platform_offer_new (LsPlatform *platform, LsManifest *image, gint64 size, gint64 size_here,
                       guint n_attestations, gboolean is_host)
{
  LsPlatformOffer *self = g_object_new (LS_TYPE_PLATFORM_OFFER, NULL);

  self->platform = platform != NULL ? ls_platform_ref (platform) : NULL;
  self->text = platform != NULL ? ls_platform_to_string (platform) : g_strdup ("");
  self->image = ls_manifest_ref (image);
  self->size = size;
  self->size_here = size_here;
  self->n_attestations = n_attestations;
  self->is_host = is_host;

  return self;
}

/**
 * ls_platform_offer_get_text:
 * @self: an offer
 *
 * Returns: (transfer none): the platform, such as `linux/arm64`; empty when the image
 *   does not say
 */
const char *
ls_platform_offer_get_text (LsPlatformOffer *self)
{
  return self->text;
}

/**
 * ls_platform_offer_get_platform:
 * @self: an offer
 *
 * Returns: (transfer none) (nullable): what the image runs on
 */
LsPlatform *
ls_platform_offer_get_platform (LsPlatformOffer *self)
{
  return self->platform;
}

/**
 * ls_platform_offer_get_image:
 * @self: an offer
 *
 * Returns: (transfer none): the image's manifest
 */
LsManifest *
ls_platform_offer_get_image (LsPlatformOffer *self)
{
  return self->image;
}

/**
 * ls_platform_offer_get_size:
 * @self: an offer
 *
 * Returns: bytes of its config and layers, compressed
 */
gint64
ls_platform_offer_get_size (LsPlatformOffer *self)
{
  return self->size;
}

/**
 * ls_platform_offer_get_size_here:
 * @self: an offer
 *
 * Returns: how many of its bytes are in the store already
 */
gint64
ls_platform_offer_get_size_here (LsPlatformOffer *self)
{
  return self->size_here;
}

/**
 * ls_platform_offer_get_n_attestations:
 * @self: an offer
 *
 * Returns: how many attestations the index has of it
 */
guint
ls_platform_offer_get_n_attestations (LsPlatformOffer *self)
{
  return self->n_attestations;
}

/**
 * ls_platform_offer_is_host:
 * @self: an offer
 *
 * Returns: whether it is the image that a pull brings when no platform is chosen
 */
gboolean
ls_platform_offer_is_host (LsPlatformOffer *self)
{
  return self->is_host;
}
