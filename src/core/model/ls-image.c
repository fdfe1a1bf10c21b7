/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-image.h"

#include "ls-media-type.h"

struct _LsImage
{
  GObject parent_instance;

  LsReference *name;
  LsDescriptor *manifest;
  GDateTime *created;
  char *repository;
  char *image_id;
  gint64 size;
  GStrv platforms;
  GStrv missing_platforms;
  gboolean is_whole;
};

enum
{
  PROP_0,
  PROP_NAME,
  PROP_REPOSITORY,
  PROP_TAG,
  PROP_IMAGE_ID,
  PROP_CREATED,
  PROP_SIZE,
  PROP_DIGEST,
  PROP_PLATFORMS,
  PROP_MISSING_PLATFORMS,
  PROP_IS_WHOLE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (LsImage, ls_image, G_TYPE_OBJECT)

static void
ls_image_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  LsImage *self = LS_IMAGE (object);

  switch (prop_id)
    {
    case PROP_NAME:
      g_value_set_boxed (value, self->name);
      break;
    case PROP_REPOSITORY:
      g_value_set_string (value, self->repository);
      break;
    case PROP_TAG:
      g_value_set_string (value, ls_image_get_tag (self));
      break;
    case PROP_IMAGE_ID:
      g_value_set_string (value, self->image_id);
      break;
    case PROP_CREATED:
      g_value_set_boxed (value, self->created);
      break;
    case PROP_SIZE:
      g_value_set_int64 (value, self->size);
      break;
    case PROP_DIGEST:
      g_value_set_string (value, ls_image_get_digest (self));
      break;
    case PROP_PLATFORMS:
      g_value_set_boxed (value, self->platforms);
      break;
    case PROP_MISSING_PLATFORMS:
      g_value_set_boxed (value, self->missing_platforms);
      break;
    case PROP_IS_WHOLE:
      g_value_set_boolean (value, self->is_whole);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ls_image_finalize (GObject *object)
{
  LsImage *self = LS_IMAGE (object);

  g_clear_pointer (&self->name, ls_reference_unref);
  g_clear_pointer (&self->manifest, ls_descriptor_unref);
  g_clear_pointer (&self->created, g_date_time_unref);
  g_clear_pointer (&self->repository, g_free);
  g_clear_pointer (&self->image_id, g_free);
  g_clear_pointer (&self->platforms, g_strfreev);
  g_clear_pointer (&self->missing_platforms, g_strfreev);

  G_OBJECT_CLASS (ls_image_parent_class)->finalize (object);
}

static void
ls_image_class_init (LsImageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = ls_image_get_property;
  object_class->finalize = ls_image_finalize;

  properties[PROP_NAME] = g_param_spec_boxed ("name", NULL, NULL, LS_TYPE_REFERENCE, flags);
  properties[PROP_REPOSITORY] = g_param_spec_string ("repository", NULL, NULL, NULL, flags);
  properties[PROP_TAG] = g_param_spec_string ("tag", NULL, NULL, NULL, flags);
  properties[PROP_IMAGE_ID] = g_param_spec_string ("image-id", NULL, NULL, NULL, flags);
  properties[PROP_CREATED] = g_param_spec_boxed ("created", NULL, NULL, G_TYPE_DATE_TIME, flags);
  properties[PROP_SIZE] = g_param_spec_int64 ("size", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_DIGEST] = g_param_spec_string ("digest", NULL, NULL, NULL, flags);
  properties[PROP_PLATFORMS] = g_param_spec_boxed ("platforms", NULL, NULL, G_TYPE_STRV, flags);
  properties[PROP_MISSING_PLATFORMS] =
      g_param_spec_boxed ("missing-platforms", NULL, NULL, G_TYPE_STRV, flags);
  properties[PROP_IS_WHOLE] = g_param_spec_boolean ("is-whole", NULL, NULL, TRUE, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ls_image_init (LsImage *self)
{
}

static GStrv
list_platforms (GPtrArray *platforms, gboolean here)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (guint i = 0; i < platforms->len; i++)
    {
      LsStorePlatform *platform = platforms->pdata[i];
      g_autofree char *name = NULL;

      if (platform->is_here != here || platform->platform == NULL)
        continue;
      name = ls_platform_to_string (platform->platform);
      g_strv_builder_add (names, name);
    }

  return g_strv_builder_end (names);
}

/**
 * ls_image_new:
 * @entry: what the store says
 *
 * Returns: (transfer full): the image
 */
LsImage *
ls_image_new (const LsStoreEntry *entry)
{
  LsImage *self = g_object_new (LS_TYPE_IMAGE, NULL);

  self->name = ls_reference_ref (entry->name);
  self->manifest = ls_descriptor_ref (entry->manifest);
  self->created = entry->created != NULL ? g_date_time_ref (entry->created) : NULL;
  self->repository = ls_reference_dup_familiar_repository (entry->name);
  self->image_id = ls_digest_dup_short (entry->image_id);
  self->size = entry->size;
  self->platforms = list_platforms (entry->platforms, TRUE);
  self->missing_platforms = list_platforms (entry->platforms, FALSE);
  self->is_whole = entry->is_whole;

  return self;
}

/**
 * ls_image_get_name:
 * @self: an image
 *
 * Returns: (transfer none): its name
 */
LsReference *
ls_image_get_name (LsImage *self)
{
  return self->name;
}

/**
 * ls_image_get_manifest:
 * @self: an image
 *
 * Returns: (transfer none): its manifest, or its index
 */
LsDescriptor *
ls_image_get_manifest (LsImage *self)
{
  return self->manifest;
}

/**
 * ls_image_get_repository:
 * @self: an image
 *
 * Returns: (transfer none): its repository, as shown: `ubuntu`, `localhost:5000/app`
 */
const char *
ls_image_get_repository (LsImage *self)
{
  return self->repository;
}

/**
 * ls_image_get_tag:
 * @self: an image
 *
 * Returns: (transfer none): its tag; empty when only a digest names it
 */
const char *
ls_image_get_tag (LsImage *self)
{
  const char *tag = ls_reference_get_tag (self->name);

  return tag != NULL ? tag : "";
}

/**
 * ls_image_get_image_id:
 * @self: an image
 *
 * Returns: (transfer none): the first 12 digits of its image ID
 */
const char *
ls_image_get_image_id (LsImage *self)
{
  return self->image_id;
}

/**
 * ls_image_get_created:
 * @self: an image
 *
 * Returns: (transfer none) (nullable): when it was made, if it says so
 */
GDateTime *
ls_image_get_created (LsImage *self)
{
  return self->created;
}

/**
 * ls_image_get_size:
 * @self: an image
 *
 * Returns: what it takes in the store, in bytes
 */
gint64
ls_image_get_size (LsImage *self)
{
  return self->size;
}

/**
 * ls_image_get_digest:
 * @self: an image
 *
 * Returns: (transfer none): the digest of its manifest, or of its index
 */
const char *
ls_image_get_digest (LsImage *self)
{
  return ls_digest_to_string (ls_descriptor_get_digest (self->manifest));
}

/**
 * ls_image_get_platforms:
 * @self: an image
 *
 * Returns: (transfer none): the platforms of which an image is here, this computer's
 *   first; empty when the image does not say
 */
const char *const *
ls_image_get_platforms (LsImage *self)
{
  return (const char *const *) self->platforms;
}

/**
 * ls_image_get_missing_platforms:
 * @self: an image
 *
 * Returns: (transfer none): the platforms that its index has and of which no image is here
 */
const char *const *
ls_image_get_missing_platforms (LsImage *self)
{
  return (const char *const *) self->missing_platforms;
}

/**
 * ls_image_is_whole:
 * @self: an image
 *
 * Returns: whether all that it names is here, which of an index need not be so
 */
gboolean
ls_image_is_whole (LsImage *self)
{
  return self->is_whole;
}

/**
 * ls_image_is_index:
 * @self: an image
 *
 * Returns: whether it is an index, with images for several platforms
 */
gboolean
ls_image_is_index (LsImage *self)
{
  return ls_media_type_is_index (ls_descriptor_get_media_type (self->manifest));
}

/**
 * ls_image_is_as:
 * @self: an image
 * @entry: what the store says of the same name
 *
 * Returns: whether a new object would show just the same
 */
gboolean
ls_image_is_as (LsImage *self, const LsStoreEntry *entry)
{
  g_auto (GStrv) platforms = list_platforms (entry->platforms, TRUE);

  return ls_digest_equal (ls_descriptor_get_digest (self->manifest),
                          ls_descriptor_get_digest (entry->manifest))
         && self->is_whole == entry->is_whole && self->size == entry->size
         && g_strv_equal ((const char *const *) platforms, ls_image_get_platforms (self));
}
