/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-upload-shelf.h"

#define MAX_UPLOADS 1024
#define FRESH (60 * G_USEC_PER_SEC)

typedef struct
{
  GUri *location;
  gboolean is_used;
  gint64 since; /* monotonic */
} Upload;

struct _LsUploadShelf
{
  GMutex mutex;
  GHashTable *uploads; /* "repository@digest" -> Upload */
};

static void
upload_free (Upload *upload)
{
  g_uri_unref (upload->location);
  g_free (upload);
}

static char *
make_key (const char *repository, const char *digest)
{
  return g_strconcat (repository, "@", digest, NULL);
}

/**
 * ls_upload_shelf_new:
 *
 * Returns: (transfer full): an empty shelf
 */
LsUploadShelf *
ls_upload_shelf_new (void)
{
  LsUploadShelf *self = g_new0 (LsUploadShelf, 1);

  g_mutex_init (&self->mutex);
  self->uploads =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) upload_free);

  return self;
}

/**
 * ls_upload_shelf_free:
 * @shelf: (transfer full): a shelf
 */
void
ls_upload_shelf_free (LsUploadShelf *shelf)
{
  g_hash_table_unref (shelf->uploads);
  g_mutex_clear (&shelf->mutex);
  g_free (shelf);
}

/**
 * ls_upload_shelf_keep:
 * @shelf: a shelf
 * @repository: the name of a repository
 * @digest: the digest of a blob
 * @location: the address of an upload of it that is of use still
 * @is_used: whether it may have some of the blob's bytes
 *
 * Keeps an upload for the next one who sends the same blob.
 */
void
ls_upload_shelf_keep (LsUploadShelf *shelf, const char *repository, const char *digest,
                      GUri *location, gboolean is_used)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&shelf->mutex);
  Upload *upload = g_new (Upload, 1);

  upload->location = g_uri_ref (location);
  upload->is_used = is_used;
  upload->since = g_get_monotonic_time ();

  if (g_hash_table_size (shelf->uploads) >= MAX_UPLOADS)
    g_hash_table_remove_all (shelf->uploads);
  g_hash_table_replace (shelf->uploads, make_key (repository, digest), upload);
}

/**
 * ls_upload_shelf_take:
 * @shelf: a shelf
 * @repository: the name of a repository
 * @digest: the digest of a blob
 * @is_unsure: (out): whether the registry has to be asked how much of the blob it has, or
 *   whether there is an upload still
 *
 * Gives an upload to one user only.
 *
 * Returns: (transfer full) (nullable): its address; %NULL where there is none
 */
GUri *
ls_upload_shelf_take (LsUploadShelf *shelf, const char *repository, const char *digest,
                      gboolean *is_unsure)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&shelf->mutex);
  g_autofree char *key = make_key (repository, digest);
  Upload *upload = g_hash_table_lookup (shelf->uploads, key);
  GUri *location;

  *is_unsure = FALSE;
  if (upload == NULL)
    return NULL;

  location = g_uri_ref (upload->location);
  *is_unsure = upload->is_used || g_get_monotonic_time () - upload->since > FRESH;
  g_hash_table_remove (shelf->uploads, key);

  return location;
}

/**
 * ls_upload_shelf_drop_repository:
 * @shelf: a shelf
 * @repository: the name of a repository
 *
 * Forgets all uploads to a repository: nobody goes on with them.
 *
 * Returns: (transfer full) (element-type GUri): their addresses
 */
GPtrArray *
ls_upload_shelf_drop_repository (LsUploadShelf *shelf, const char *repository)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&shelf->mutex);
  GPtrArray *locations = g_ptr_array_new_with_free_func ((GDestroyNotify) g_uri_unref);
  g_autofree char *prefix = make_key (repository, "");
  GHashTableIter iter;
  gpointer key;
  gpointer upload;

  g_hash_table_iter_init (&iter, shelf->uploads);
  while (g_hash_table_iter_next (&iter, &key, &upload))
    if (g_str_has_prefix (key, prefix))
      {
        g_ptr_array_add (locations, g_uri_ref (((Upload *) upload)->location));
        g_hash_table_iter_remove (&iter);
      }

  return locations;
}
