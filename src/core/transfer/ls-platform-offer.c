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
  GPtrArray *attestations; /* of LsDescriptor */
  gboolean is_host;
};

G_DEFINE_FINAL_TYPE (LsPlatformOffer, ls_platform_offer, G_TYPE_OBJECT)

static void
ls_platform_offer_finalize (GObject *object)
{
  LsPlatformOffer *self = LS_PLATFORM_OFFER (object);

  g_clear_pointer (&self->platform, ls_platform_unref);
  g_clear_pointer (&self->text, g_free);
  g_clear_pointer (&self->image, ls_manifest_unref);
  g_clear_pointer (&self->attestations, g_ptr_array_unref);

  G_OBJECT_CLASS (ls_platform_offer_parent_class)->finalize (object);
}

static void
ls_platform_offer_class_init (LsPlatformOfferClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ls_platform_offer_finalize;
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
 * @attestations: (transfer full) (element-type LsDescriptor): those of it in the index
 * @is_host: whether it is the one that is meant on this computer
 *
 * Returns: (transfer full): an offer
 */
LsPlatformOffer *
ls_platform_offer_new (LsPlatform *platform, LsManifest *image, gint64 size, gint64 size_here,
                       GPtrArray *attestations, gboolean is_host)
{
  LsPlatformOffer *self = g_object_new (LS_TYPE_PLATFORM_OFFER, NULL);

  self->platform = platform != NULL ? ls_platform_ref (platform) : NULL;
  self->text = platform != NULL ? ls_platform_to_string (platform) : g_strdup ("");
  self->image = ls_manifest_ref (image);
  self->size = size;
  self->size_here = size_here;
  self->attestations = attestations;
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
 * ls_platform_offer_get_attestations:
 * @self: an offer
 *
 * Returns: (transfer none) (element-type LsDescriptor): the attestations of it, see
 *   ls_image_offer_list_attested_async()
 */
GPtrArray *
ls_platform_offer_get_attestations (LsPlatformOffer *self)
{
  return self->attestations;
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
