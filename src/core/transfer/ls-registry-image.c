/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-registry-image.h"

#include "ls-error.h"
#include "ls-meter-stream.h"

/* What is as well sent as asked for, and of how many blobs it takes to know. */
#define SMALL_SIZE (64 * 1024)
#define N_PROBES 6

struct _LsRegistryImage
{
  GObject parent_instance;

  LsReference *name;
  int n_asked_for;    /* atomic: blobs that were asked for in vain */
  int n_found;        /* atomic: blobs that were there */
  int does_not_mount; /* atomic: a mount was refused */
  int has_no_ranges;  /* atomic: something else came than the range asked for */

  GMutex lock;          /* guards what follows */
  LsRegistry *registry; /* a sign-in replaces it while workers read it */
  GStrv origins;        /* (nullable): where blobs may be mounted from */
};

static void source_iface_init (LsImageSourceInterface *iface);
static void destination_iface_init (LsImageDestinationInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LsRegistryImage, ls_registry_image, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (LS_TYPE_IMAGE_SOURCE, source_iface_init)
                                   G_IMPLEMENT_INTERFACE (LS_TYPE_IMAGE_DESTINATION,
                                                          destination_iface_init))

static LsDigest *
current_digest (LsRegistryImage *self, GCancellable *cancellable)
{
  g_autoptr (LsRegistry) registry = ls_registry_image_dup_registry (self);
  g_autoptr (LsDescriptor) descriptor = NULL;

  descriptor = ls_registry_head_manifest (registry, ls_reference_get_repository (self->name),
                                          ls_reference_get_version (self->name), cancellable, NULL);

  return descriptor != NULL ? ls_digest_ref (ls_descriptor_get_digest (descriptor)) : NULL;
}

/* A HEAD is free where pulls are counted. */
static LsDigest *
ls_registry_image_peek (LsImageSource *source, GCancellable *cancellable)
{
  return current_digest (LS_REGISTRY_IMAGE (source), cancellable);
}

static LsManifest *
ls_registry_image_resolve (LsImageSource *source, GCancellable *cancellable, GError **error)
{
  LsRegistryImage *self = LS_REGISTRY_IMAGE (source);
  g_autoptr (LsRegistry) registry = ls_registry_image_dup_registry (self);

  return ls_registry_get_manifest (registry, ls_reference_get_repository (self->name),
                                   ls_reference_get_version (self->name), cancellable, error);
}

static LsManifest *
ls_registry_image_get_manifest (LsImageSource *source, LsDescriptor *descriptor,
                                GCancellable *cancellable, GError **error)
{
  LsRegistryImage *self = LS_REGISTRY_IMAGE (source);
  g_autoptr (LsRegistry) registry = ls_registry_image_dup_registry (self);

  return ls_registry_get_manifest (registry, ls_reference_get_repository (self->name),
                                   ls_digest_to_string (ls_descriptor_get_digest (descriptor)),
                                   cancellable, error);
}

static GInputStream *
ls_registry_image_open_blob (LsImageSource *source, LsDescriptor *blob, gint64 offset,
                             GCancellable *cancellable, GError **error)
{
  LsRegistryImage *self = LS_REGISTRY_IMAGE (source);
  g_autoptr (LsRegistry) registry = ls_registry_image_dup_registry (self);

  return ls_registry_open_blob (registry, ls_reference_get_repository (self->name), blob, offset,
                                -1, cancellable, error);
}

/* An image that is copied within its registry is where it is. */
static GStrv
ls_registry_image_list_origins (LsImageSource *source, const char *registry)
{
  LsRegistryImage *self = LS_REGISTRY_IMAGE (source);
  const char *origins[] = { ls_reference_get_repository (self->name), NULL };

  if (!g_str_equal (ls_reference_get_registry (self->name), registry))
    return NULL;

  return g_strdupv ((char **) origins);
}

static GInputStream *
ls_registry_image_open_range (LsImageSource *source, LsDescriptor *blob, gint64 offset,
                              gint64 length, GCancellable *cancellable, GError **error)
{
  LsRegistryImage *self = LS_REGISTRY_IMAGE (source);
  g_autoptr (LsRegistry) registry = ls_registry_image_dup_registry (self);
  g_autoptr (GError) failure = NULL;
  GInputStream *stream;

  stream = ls_registry_open_range (registry, ls_reference_get_repository (self->name), blob, offset,
                                   length, cancellable, &failure);
  if (g_error_matches (failure, LS_ERROR, LS_ERROR_UNSUPPORTED))
    g_atomic_int_set (&self->has_no_ranges, TRUE);
  if (stream == NULL)
    g_propagate_error (error, g_steal_pointer (&failure));

  return stream;
}

static gboolean
ls_registry_image_has_ranges (LsImageSource *source)
{
  return !g_atomic_int_get (&LS_REGISTRY_IMAGE (source)->has_no_ranges);
}

static gint64
ls_registry_image_get_round_trip (LsImageSource *source)
{
  g_autoptr (LsRegistry) registry = ls_registry_image_dup_registry (LS_REGISTRY_IMAGE (source));

  return ls_registry_get_round_trip (registry);
}

static void
source_iface_init (LsImageSourceInterface *iface)
{
  iface->peek = ls_registry_image_peek;
  iface->resolve = ls_registry_image_resolve;
  iface->get_manifest = ls_registry_image_get_manifest;
  iface->open_blob = ls_registry_image_open_blob;
  iface->open_range = ls_registry_image_open_range;
  iface->has_ranges = ls_registry_image_has_ranges;
  iface->get_round_trip = ls_registry_image_get_round_trip;
  iface->list_origins = ls_registry_image_list_origins;
}

static LsDigest *
ls_registry_image_get_current (LsImageDestination *destination, LsDigest **origin,
                               GCancellable *cancellable)
{
  return current_digest (LS_REGISTRY_IMAGE (destination), cancellable);
}

static char *
dup_namespace (const char *repository)
{
  const char *slash = strchr (repository, '/');

  return slash != NULL ? g_strndup (repository, slash - repository) : g_strdup ("");
}

/* Whoever copies has named the repository, and the registry is told of it as the one
 * who reads there; but nobody else is named to it. */
static gboolean
is_same_user (LsRegistryImage *self, LsRegistryImage *source)
{
  g_autoptr (LsRegistry) to = NULL;
  g_autoptr (LsRegistry) from = NULL;
  const char *reader;

  to = ls_registry_image_dup_registry (self);
  from = ls_registry_image_dup_registry (source);
  reader = ls_registry_get_username (from);

  return reader == NULL || g_strcmp0 (reader, ls_registry_get_username (to)) == 0;
}

/* `from` tells the registry which repositories the user has. It is offered for
 * public ones, and for those under the name that the push goes to anyway. */
static gboolean
may_mount_from (LsRegistryImage *self, LsImageSource *source, const char *origin)
{
  g_autofree char *from = dup_namespace (origin);
  g_autofree char *to = dup_namespace (ls_reference_get_repository (self->name));

  if (LS_IS_REGISTRY_IMAGE (source))
    return is_same_user (self, LS_REGISTRY_IMAGE (source));

  return g_str_equal (from, to)
         || (ls_reference_is_docker_hub (self->name) && g_str_equal (from, "library"));
}

static GStrv
list_origins (LsRegistryImage *self, LsImageSource *source)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) all =
      ls_image_source_list_origins (source, ls_reference_get_registry (self->name));

  for (guint i = 0; all != NULL && all[i] != NULL; i++)
    if (may_mount_from (self, source, all[i]))
      g_strv_builder_add (builder, all[i]);

  return g_strv_builder_end (builder);
}

/* What may be mounted from. It is the same for all blobs, and the source may have to look
 * for it. */
static GStrv
dup_origins (LsRegistryImage *self, LsImageSource *source)
{
  GStrv origins = NULL;

  g_mutex_lock (&self->lock);
  if (self->origins != NULL)
    origins = g_strdupv (self->origins);
  g_mutex_unlock (&self->lock);
  if (origins != NULL)
    return origins;

  origins = list_origins (self, source);
  g_mutex_lock (&self->lock);
  if (self->origins == NULL)
    self->origins = g_strdupv (origins);
  g_mutex_unlock (&self->lock);

  return origins;
}

static gboolean
mount_blob (LsRegistryImage *self, LsRegistry *registry, LsDescriptor *blob, GStrv origins,
            LsBlobPresence *presence, char **mounted_from, GCancellable *cancellable,
            GError **error)
{
  for (guint i = 0; origins[i] != NULL && *presence == LS_BLOB_MISSING; i++)
    {
      gboolean mounted = FALSE;

      if (!ls_registry_mount_blob (registry, ls_reference_get_repository (self->name), blob,
                                   origins[i], &mounted, cancellable, error))
        return FALSE;
      if (!mounted)
        continue;

      *presence = LS_BLOB_MOUNTED;
      *mounted_from = g_strdup (origins[i]);
    }

  return TRUE;
}

/* Where none of the first layers is there, the repository is new or the image is, and to
 * send a small blob is no more than to ask for it. */
static gboolean
is_worth_asking_for (LsRegistryImage *self, LsDescriptor *blob)
{
  return ls_descriptor_get_size (blob) > SMALL_SIZE
         || g_atomic_int_get (&self->n_asked_for) < N_PROBES
         || g_atomic_int_get (&self->n_found) > 0;
}

/* A copy knows where the blob surely is: one request then does for two. But a registry that
 * does not mount opens an upload each time: that one is asked first, from then on. */
static gboolean
ls_registry_image_find_blob (LsImageDestination *destination, LsDescriptor *blob,
                             LsImageSource *source, LsBlobPresence *presence, char **mounted_from,
                             GCancellable *cancellable, GError **error)
{
  LsRegistryImage *self = LS_REGISTRY_IMAGE (destination);
  g_autoptr (LsRegistry) registry = ls_registry_image_dup_registry (self);
  g_auto (GStrv) origins = dup_origins (self, source);
  gboolean mounts_first = LS_IS_REGISTRY_IMAGE (source) && *origins != NULL
                          && !g_atomic_int_get (&self->does_not_mount);
  gboolean exists = FALSE;

  *presence = LS_BLOB_MISSING;
  if (mounts_first)
    {
      if (!mount_blob (self, registry, blob, origins, presence, mounted_from, cancellable, error))
        return FALSE;
      if (*presence == LS_BLOB_MOUNTED)
        return TRUE;
      g_atomic_int_set (&self->does_not_mount, TRUE);
    }

  if (*origins == NULL && !is_worth_asking_for (self, blob))
    return TRUE;

  if (!ls_registry_has_blob (registry, ls_reference_get_repository (self->name), blob, &exists,
                             cancellable, error))
    return FALSE;
  if (exists)
    {
      g_atomic_int_inc (&self->n_found);
      *presence = LS_BLOB_PRESENT;
      return TRUE;
    }
  g_atomic_int_inc (&self->n_asked_for);

  return mounts_first
         || mount_blob (self, registry, blob, origins, presence, mounted_from, cancellable, error);
}

typedef struct
{
  LsDescriptor *blob;
  LsImageSource *source;
  LsBlobProgressFunc progress;
  gpointer user_data;
} Upload;

static GInputStream *
open_metered (gint64 offset, gpointer user_data, GCancellable *cancellable, GError **error)
{
  Upload *upload = user_data;
  g_autoptr (GInputStream) stream = NULL;

  stream = ls_image_source_open_blob (upload->source, upload->blob, offset, cancellable, error);
  if (stream == NULL)
    return NULL;

  upload->progress (offset, FALSE, upload->user_data);

  return ls_meter_stream_new (stream, offset, upload->progress, upload->user_data);
}

static gboolean
ls_registry_image_put_blob (LsImageDestination *destination, LsDescriptor *blob,
                            LsImageSource *source, LsBlobProgressFunc progress, gpointer user_data,
                            GCancellable *cancellable, GError **error)
{
  LsRegistryImage *self = LS_REGISTRY_IMAGE (destination);
  g_autoptr (LsRegistry) registry = ls_registry_image_dup_registry (self);
  Upload upload = { blob, source, progress, user_data };

  return ls_registry_put_blob (registry, ls_reference_get_repository (self->name), blob,
                               open_metered, &upload, cancellable, error);
}

static gboolean
ls_registry_image_put_manifest (LsImageDestination *destination, LsDescriptor *descriptor,
                                LsManifest *manifest, GCancellable *cancellable, GError **error)
{
  LsRegistryImage *self = LS_REGISTRY_IMAGE (destination);
  g_autoptr (LsRegistry) registry = ls_registry_image_dup_registry (self);

  return ls_registry_put_manifest (registry, ls_reference_get_repository (self->name),
                                   ls_digest_to_string (ls_descriptor_get_digest (descriptor)),
                                   manifest, cancellable, error);
}

static LsDigest *
ls_registry_image_finish (LsImageDestination *destination, LsManifest *root, LsManifest *image,
                          GCancellable *cancellable, GError **error)
{
  LsRegistryImage *self = LS_REGISTRY_IMAGE (destination);
  g_autoptr (LsRegistry) registry = ls_registry_image_dup_registry (self);

  if (!ls_registry_put_manifest (registry, ls_reference_get_repository (self->name),
                                 ls_reference_get_version (self->name), image, cancellable, error))
    return NULL;

  return ls_digest_ref (ls_descriptor_get_digest (ls_manifest_get_descriptor (image)));
}

static void
destination_iface_init (LsImageDestinationInterface *iface)
{
  iface->get_current = ls_registry_image_get_current;
  iface->find_blob = ls_registry_image_find_blob;
  iface->put_blob = ls_registry_image_put_blob;
  iface->put_manifest = ls_registry_image_put_manifest;
  iface->finish = ls_registry_image_finish;
}

static void
ls_registry_image_finalize (GObject *object)
{
  LsRegistryImage *self = LS_REGISTRY_IMAGE (object);

  g_clear_object (&self->registry);
  g_clear_pointer (&self->name, ls_reference_unref);
  g_clear_pointer (&self->origins, g_strfreev);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (ls_registry_image_parent_class)->finalize (object);
}

static void
ls_registry_image_class_init (LsRegistryImageClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ls_registry_image_finalize;
}

static void
ls_registry_image_init (LsRegistryImage *self)
{
  g_mutex_init (&self->lock);
}

/**
 * ls_registry_image_new:
 * @registry: the registry, with the credentials to use
 * @name: the name to read or to write
 *
 * Returns: (transfer full): a source and destination
 */
LsRegistryImage *
ls_registry_image_new (LsRegistry *registry, LsReference *name)
{
  LsRegistryImage *self = g_object_new (LS_TYPE_REGISTRY_IMAGE, NULL);

  self->registry = ls_registry_for_transfers (registry);
  self->name = ls_reference_ref (name);

  return self;
}

/**
 * ls_registry_image_get_name:
 * @self: an image at a registry
 *
 * Returns: (transfer none): its name
 */
LsReference *
ls_registry_image_get_name (LsRegistryImage *self)
{
  return self->name;
}

/**
 * ls_registry_image_dup_registry:
 * @self: an image at a registry
 *
 * Returns: (transfer full): the registry, with the credentials in use
 */
LsRegistry *
ls_registry_image_dup_registry (LsRegistryImage *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return g_object_ref (self->registry);
}

/**
 * ls_registry_image_set_registry:
 * @self: an image at a registry
 * @registry: the same registry with other credentials
 *
 * Lets the next request use other credentials, as after a sign-in.
 */
void
ls_registry_image_set_registry (LsRegistryImage *self, LsRegistry *registry)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  g_object_unref (self->registry);
  self->registry = ls_registry_for_transfers (registry);
}

/**
 * ls_registry_image_abandon:
 * @self: an image at a registry
 *
 * Tells the registry that nobody goes on with what was sent of blobs. Blocks.
 */
void
ls_registry_image_abandon (LsRegistryImage *self)
{
  g_autoptr (LsRegistry) registry = ls_registry_image_dup_registry (self);

  ls_registry_drop_uploads (registry, ls_reference_get_repository (self->name));
}
