/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-store-private.h"

#include "ls-error.h"
#include "ls-file-lock.h"
#include "ls-file.h"
#include "ls-file-watch.h"
#include "ls-json.h"
#include "ls-store-files.h"
#include "ls-store-index.h"

#include <unistd.h>

/* OCI image specification, image-layout.md, "oci-layout file". */
#define LAYOUT_FILE "oci-layout"
#define LAYOUT_VERSION "1.0.0"
#define LAYOUT_MAX_SIZE 4096

struct _LsStore
{
  GObject parent_instance;

  char *path;
  LsBlobMarks *marks;
  LsStoreRoom *room;

  GMutex mutex;
  GHashTable *images; /* LsDigest of a root: LsStoreImage; what is whole never changes */
  LsFileWatch *watch; /* (nullable) */
};

G_DEFINE_FINAL_TYPE (LsStore, ls_store, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_PATH,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

enum
{
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
ls_store_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  LsStore *self = LS_STORE (object);

  switch (property_id)
    {
    case PROP_PATH:
      g_value_set_string (value, self->path);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ls_store_set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  LsStore *self = LS_STORE (object);

  switch (property_id)
    {
    case PROP_PATH:
      self->path = g_value_dup_string (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ls_store_finalize (GObject *object)
{
  LsStore *self = LS_STORE (object);

  g_clear_object (&self->watch);
  g_clear_pointer (&self->images, g_hash_table_unref);
  g_clear_pointer (&self->marks, ls_blob_marks_free);
  g_clear_pointer (&self->room, ls_store_room_free);
  g_mutex_clear (&self->mutex);
  g_free (self->path);

  G_OBJECT_CLASS (ls_store_parent_class)->finalize (object);
}

static void
ls_store_constructed (GObject *object)
{
  LsStore *self = LS_STORE (object);

  G_OBJECT_CLASS (ls_store_parent_class)->constructed (object);

  self->marks = ls_blob_marks_new (self->path);
}

static void
ls_store_class_init (LsStoreClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = ls_store_get_property;
  object_class->set_property = ls_store_set_property;
  object_class->constructed = ls_store_constructed;
  object_class->finalize = ls_store_finalize;

  /**
   * LsStore:path:
   *
   * Where the layout is.
   */
  properties[PROP_PATH] =
      g_param_spec_string ("path", NULL, NULL, NULL,
                           G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * LsStore::changed:
   *
   * Other names may lead to other images now, by this or by another process.
   * Only after ls_store_watch().
   */
  signals[CHANGED] = g_signal_new ("changed", LS_TYPE_STORE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
}

static void
ls_store_init (LsStore *self)
{
  g_mutex_init (&self->mutex);
  self->room = ls_store_room_new ();
  self->images =
      g_hash_table_new_full (ls_digest_hash, ls_digest_equal, (GDestroyNotify) ls_digest_unref,
                             (GDestroyNotify) ls_store_image_unref);
}

/**
 * ls_store_new:
 * @path: a directory, which need not exist
 *
 * Nothing is read or written before ls_store_open().
 *
 * Returns: (transfer full): a store
 */
LsStore *
ls_store_new (const char *path)
{
  g_return_val_if_fail (path != NULL, NULL);

  return g_object_new (LS_TYPE_STORE, "path", path, NULL);
}

/**
 * ls_store_get_path:
 * @self: a store
 *
 * Returns: (transfer none): where the layout is
 */
const char *
ls_store_get_path (LsStore *self)
{
  g_return_val_if_fail (LS_IS_STORE (self), NULL);

  return self->path;
}

static gboolean
make_directories (LsStore *self, GError **error)
{
  g_autofree char *ingest = g_build_filename (self->path, "ingest", NULL);
  g_autofree char *blobs = ls_store_files_blob_directory (self->path, "sha256");

  /* The root is what keeps other users out. */
  return ls_file_make_directory (self->path, 0700, error)
         && ls_file_make_directory (ingest, 0755, error)
         && ls_file_make_directory (blobs, 0755, error);
}

static gboolean
check_layout_version (const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = ls_file_read (path, LAYOUT_MAX_SIZE, error);
  g_autoptr (JsonObject) layout = NULL;

  if (bytes == NULL)
    return FALSE;

  layout = ls_json_parse_object (bytes, LAYOUT_MAX_SIZE, NULL);
  if (layout == NULL
      || g_strcmp0 (ls_json_get_string (layout, "imageLayoutVersion"), LAYOUT_VERSION) != 0)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_STORE, "“%s” does not say “%s”", path, LAYOUT_VERSION);
      if (error != NULL)
        ls_error_set_subject (*error, path);
      return FALSE;
    }

  return TRUE;
}

/* The file that makes it a layout is written last: where it is, the index must
 * be too, and a missing one is damage that must not pass for an empty store. */
static gboolean
make_layout (LsStore *self, const char *layout_path, GError **error)
{
  static const char content[] = "{\"imageLayoutVersion\":\"" LAYOUT_VERSION "\"}";
  g_autoptr (GBytes) bytes = g_bytes_new_static (content, sizeof content - 1);
  g_autofree char *index_path = ls_store_index_dup_path (self->path);

  if (access (index_path, F_OK) != 0 && !ls_store_index_create (self->path, error))
    return FALSE;

  return ls_file_replace (layout_path, bytes, LS_FILE_DEFAULT, error);
}

/**
 * ls_store_open:
 * @self: a store
 * @cancellable: (nullable): ends the wait for another process
 * @error: return location for an error
 *
 * Makes the layout if there is none (OCI image specification, image-layout.md)
 * and looks whether it can be used.
 *
 * Errors: %LS_ERROR_STORE, with the path of the damaged file as subject,
 * %LS_ERROR_NO_SPACE, %G_IO_ERROR_CANCELLED.
 *
 * Returns: whether the store can be used
 */
gboolean
ls_store_open (LsStore *self, GCancellable *cancellable, GError **error)
{
  g_autofree char *layout_path = NULL;
  g_autoptr (LsStoreIndex) index = NULL;
  g_auto (LsFileLock) lock = -1;

  g_return_val_if_fail (LS_IS_STORE (self), FALSE);

  if (!make_directories (self, error))
    return FALSE;
  lock = ls_file_lock_acquire (self->path, LS_STORE_INDEX_LOCK, LS_FILE_LOCK_EXCLUSIVE, cancellable,
                               error);
  if (lock < 0)
    return FALSE;

  layout_path = g_build_filename (self->path, LAYOUT_FILE, NULL);
  if (access (layout_path, F_OK) != 0 && !make_layout (self, layout_path, error))
    return FALSE;
  if (!check_layout_version (layout_path, error))
    return FALSE;

  index = ls_store_index_read (self->path, error);

  return index != NULL;
}

/**
 * ls_store_forget_images:
 * @self: a store
 *
 * Looks at the blobs again before the next list is made, since some are gone.
 */
void
ls_store_forget_images (LsStore *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  g_hash_table_remove_all (self->images);
}

/**
 * ls_store_find_image:
 * @self: a store
 * @root: a manifest or an index
 * @error: return location for an error
 *
 * Like ls_store_image_load(), but reads and checks an image once only, unless more of
 * it may come.
 *
 * Returns: (transfer full) (nullable): the image
 */
LsStoreImage *
ls_store_find_image (LsStore *self, LsDescriptor *root, GError **error)
{
  LsDigest *digest = ls_descriptor_get_digest (root);
  LsStoreImage *image;

  g_mutex_lock (&self->mutex);
  image = g_hash_table_lookup (self->images, digest);
  if (image != NULL)
    ls_store_image_ref (image);
  g_mutex_unlock (&self->mutex);

  if (image != NULL && image->is_whole && ls_store_has_blob (self, image->root))
    return image;

  g_clear_pointer (&image, ls_store_image_unref);
  image = ls_store_image_load (self, root, error);
  if (image == NULL)
    return NULL;

  g_mutex_lock (&self->mutex);
  g_hash_table_replace (self->images, ls_digest_ref (digest), ls_store_image_ref (image));
  g_mutex_unlock (&self->mutex);

  return image;
}

/**
 * ls_store_get_marks:
 * @self: a store
 *
 * Returns: (transfer none): which of its blobs are known to be intact
 */
LsBlobMarks *
ls_store_get_marks (LsStore *self)
{
  return self->marks;
}

/**
 * ls_store_get_room:
 * @self: a store
 *
 * Returns: (transfer none): what is still going to be written into it
 */
LsStoreRoom *
ls_store_get_room (LsStore *self)
{
  return self->room;
}

/**
 * ls_store_notify_changed:
 * @self: a store
 *
 * Tells the watch, if there is one, that this process has changed the index.
 */
void
ls_store_notify_changed (LsStore *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  if (self->watch != NULL)
    ls_file_watch_notify (self->watch);
}

static void
on_file_changed (LsStore *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

/**
 * ls_store_watch:
 * @self: a store that was opened
 * @error: return location for an error
 *
 * Emits #LsStore::changed from now on, in the thread-default main context of
 * this call, when the names in the store change. Does nothing when called again.
 *
 * Errors: %LS_ERROR_STORE.
 *
 * Returns: whether changes are seen
 */
gboolean
ls_store_watch (LsStore *self, GError **error)
{
  g_autofree char *path = NULL;
  g_autoptr (LsFileWatch) watch = NULL;
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_val_if_fail (LS_IS_STORE (self), FALSE);

  locker = g_mutex_locker_new (&self->mutex);
  if (self->watch != NULL)
    return TRUE;

  path = ls_store_index_dup_path (self->path);
  watch = ls_file_watch_new (path, error);
  if (watch == NULL)
    return FALSE;

  g_signal_connect_object (watch, "changed", G_CALLBACK (on_file_changed), self, G_CONNECT_SWAPPED);
  self->watch = g_steal_pointer (&watch);

  return TRUE;
}
