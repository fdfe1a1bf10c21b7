/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-image.h"

#define MANIFEST_TYPE "application/vnd.oci.image.manifest.v1+json"
#define LAYER_TYPE "application/vnd.oci.image.layer.v1.tar+gzip"

/* The first digit of each digest tells the layers apart. */
#define EXISTING 'c'
#define MOUNTED 'd'

struct _FakeImage
{
  GObject parent_instance;

  LsReference *name;
  GMutex lock;
  GError *error;
  gboolean hold;
};

static void source_iface_init (LsImageSourceInterface *iface);
static void destination_iface_init (LsImageDestinationInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (FakeImage, fake_image, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (LS_TYPE_IMAGE_SOURCE, source_iface_init)
                                   G_IMPLEMENT_INTERFACE (LS_TYPE_IMAGE_DESTINATION,
                                                          destination_iface_init))

static void
fake_image_finalize (GObject *object)
{
  FakeImage *self = FAKE_IMAGE (object);

  ls_reference_unref (self->name);
  g_clear_error (&self->error);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (fake_image_parent_class)->finalize (object);
}

static void
fake_image_class_init (FakeImageClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fake_image_finalize;
}

static void
fake_image_init (FakeImage *self)
{
  g_mutex_init (&self->lock);
}

static void
append_descriptor (GString *json, const char *media_type, char digit, guint size)
{
  g_autofree char *hex = g_strnfill (64, digit);

  g_string_append_printf (json, "{\"mediaType\":\"%s\",\"digest\":\"sha256:%s\",\"size\":%u}",
                          media_type, hex, size);
}

static GBytes *
create_manifest (void)
{
  GString *json =
      g_string_new ("{\"schemaVersion\":2,\"mediaType\":\"" MANIFEST_TYPE "\",\"config\":");

  append_descriptor (json, "application/vnd.oci.image.config.v1+json", 'a', 2000);
  g_string_append (json, ",\"layers\":[");
  append_descriptor (json, LAYER_TYPE, 'b', 30000000);
  g_string_append_c (json, ',');
  append_descriptor (json, LAYER_TYPE, EXISTING, 4200000);
  g_string_append_c (json, ',');
  append_descriptor (json, LAYER_TYPE, MOUNTED, 1200000);
  g_string_append_c (json, ',');
  append_descriptor (json, LAYER_TYPE, 'e', 50000000);
  g_string_append (json, "]}");

  return g_string_free_to_bytes (json);
}

static LsManifest *
fake_image_resolve (LsImageSource *source, GCancellable *cancellable, GError **error)
{
  FakeImage *self = FAKE_IMAGE (source);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) failure = NULL;

  g_mutex_lock (&self->lock);
  failure = self->error != NULL ? g_error_copy (self->error) : NULL;
  g_mutex_unlock (&self->lock);

  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }

  bytes = create_manifest ();
  return ls_manifest_parse (bytes, MANIFEST_TYPE, error);
}

static LsDigest *
fake_image_peek (LsImageSource *source, GCancellable *cancellable)
{
  return NULL;
}

static void
fake_image_release (LsImageSource *source)
{
}

static void
source_iface_init (LsImageSourceInterface *iface)
{
  iface->peek = fake_image_peek;
  iface->resolve = fake_image_resolve;
  iface->release = fake_image_release;
}

static gboolean
fake_image_begin (LsImageDestination *destination, GCancellable *cancellable, GError **error)
{
  return TRUE;
}

static LsDigest *
fake_image_get_current (LsImageDestination *destination, LsDigest **origin,
                        GCancellable *cancellable)
{
  return NULL;
}

static gboolean
fake_image_reserve (LsImageDestination *destination, GPtrArray *manifests, GPtrArray *blobs,
                    GCancellable *cancellable, GError **error)
{
  return TRUE;
}

static gboolean
fake_image_find_blob (LsImageDestination *destination, LsDescriptor *blob, LsImageSource *source,
                      LsBlobPresence *presence, char **mounted_from, GCancellable *cancellable,
                      GError **error)
{
  switch (ls_digest_get_hex (ls_descriptor_get_digest (blob))[0])
    {
    case EXISTING:
      *presence = LS_BLOB_PRESENT;
      break;
    case MOUNTED:
      *presence = LS_BLOB_MOUNTED;
      *mounted_from = g_strdup ("library/debian");
      break;
    default:
      *presence = LS_BLOB_MISSING;
    }

  return TRUE;
}

static gboolean
is_held (FakeImage *self)
{
  gboolean hold;

  g_mutex_lock (&self->lock);
  hold = self->hold;
  g_mutex_unlock (&self->lock);

  return hold;
}

static gboolean
fake_image_put_blob (LsImageDestination *destination, LsDescriptor *blob, LsImageSource *source,
                     LsBlobProgressFunc progress, gpointer user_data, GCancellable *cancellable,
                     GError **error)
{
  FakeImage *self = FAKE_IMAGE (destination);
  gint64 size = ls_descriptor_get_size (blob);

  progress (0, FALSE, user_data);
  while (is_held (self))
    {
      progress (size / 2, FALSE, user_data);
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      g_usleep (5000);
    }

  progress (size, TRUE, user_data);

  return TRUE;
}

static LsDigest *
fake_image_finish (LsImageDestination *destination, LsManifest *root, LsManifest *image,
                   GCancellable *cancellable, GError **error)
{
  return ls_digest_ref (ls_descriptor_get_digest (ls_manifest_get_descriptor (root)));
}

static void
fake_image_end (LsImageDestination *destination)
{
}

static void
destination_iface_init (LsImageDestinationInterface *iface)
{
  iface->begin = fake_image_begin;
  iface->get_current = fake_image_get_current;
  iface->reserve = fake_image_reserve;
  iface->find_blob = fake_image_find_blob;
  iface->put_blob = fake_image_put_blob;
  iface->finish = fake_image_finish;
  iface->end = fake_image_end;
}

FakeImage *
fake_image_new (const char *name)
{
  FakeImage *self = g_object_new (FAKE_TYPE_IMAGE, NULL);
  g_autoptr (GError) error = NULL;

  self->name = ls_reference_parse (name, &error);
  g_assert_no_error (error);

  return self;
}

LsTransfer *
fake_image_transfer (FakeImage *self, LsTransferKind kind)
{
  return ls_transfer_new (kind, self->name, LS_IMAGE_SOURCE (self), LS_IMAGE_DESTINATION (self));
}

void
fake_image_fail (FakeImage *self, GError *error)
{
  g_mutex_lock (&self->lock);
  g_clear_error (&self->error);
  self->error = error;
  g_mutex_unlock (&self->lock);
}

void
fake_image_hold (FakeImage *self, gboolean hold)
{
  g_mutex_lock (&self->lock);
  self->hold = hold;
  g_mutex_unlock (&self->lock);
}
