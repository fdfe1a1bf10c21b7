/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-store-private.h"

#include "ls-error.h"
#include "ls-file-lock.h"
#include "ls-file.h"
#include "ls-json.h"
#include "ls-store-files.h"
#include "ls-store-index.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* After that many seconds nobody comes back for an interrupted transfer. */
#define PART_LIFETIME (7 * 24 * 60 * 60)

/* In the folder of the partial blobs: the manifests of images that are to come. */
#define EXPECTED_SUFFIX ".manifest"

typedef struct
{
  const char *root;
  GHashTable *marked; /* LsDigest: what a name leads to */
  GQueue pending;     /* LsDigest: marked, but not looked into */
  GHashTable *parts;  /* paths of partial blobs that somebody comes back for */
  guint64 bytes_freed;
} Collection;

static void
mark (Collection *collection, const char *text)
{
  g_autoptr (LsDigest) digest = text != NULL ? ls_digest_parse (text, NULL) : NULL;

  if (digest == NULL || g_hash_table_contains (collection->marked, digest))
    return;

  g_queue_push_tail (&collection->pending, ls_digest_ref (digest));
  g_hash_table_add (collection->marked, g_steal_pointer (&digest));
}

/* Marks what any "digest" in a document names, wherever it stands: so it holds
 * for manifests, indexes, subjects and for the media types of others. Recursion
 * is fine, as ls_json_parse() caps the depth. */
static void
mark_document (Collection *collection, JsonNode *node)
{
  if (JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *array = json_node_get_array (node);

      for (guint i = 0; i < json_array_get_length (array); i++)
        mark_document (collection, json_array_get_element (array, i));
    }
  else if (JSON_NODE_HOLDS_OBJECT (node))
    {
      JsonObject *object = json_node_get_object (node);
      JsonObjectIter iter;
      JsonNode *member;

      mark (collection, ls_json_get_string (object, "digest"));
      mark (collection, ls_json_get_string (object, LS_STORE_ANNOTATION_INDEX));

      json_object_iter_init (&iter, object);
      while (json_object_iter_next (&iter, NULL, &member))
        mark_document (collection, member);
    }
}

static gboolean
starts_like_json (int fd)
{
  char start;

  return pread (fd, &start, 1, 0) == 1 && (start == '{' || g_ascii_isspace (start));
}

/* Follows a blob, if it is a document. One that cannot be understood leads
 * nowhere; one that cannot be read now is an error, since what it names must
 * not be deleted. */
static gboolean
follow (Collection *collection, LsDigest *digest, GError **error)
{
  g_autofree char *path = ls_store_files_blob_path (collection->root, digest);
  g_auto (LsFileLock) fd = open (path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (JsonNode) document = NULL;
  struct stat status;

  if (fd < 0 && (errno == ENOENT || errno == ELOOP))
    return TRUE;
  if (fd < 0 || fstat (fd, &status) < 0)
    {
      ls_file_set_error (error, errno, path, "open");
      return FALSE;
    }
  if (!S_ISREG (status.st_mode) || status.st_size > LS_MANIFEST_MAX_SIZE || !starts_like_json (fd))
    return TRUE;

  bytes = ls_file_read_fd (fd, path, LS_MANIFEST_MAX_SIZE, error);
  if (bytes == NULL)
    return FALSE;
  document = ls_json_parse (bytes, LS_MANIFEST_MAX_SIZE, NULL);
  if (document != NULL)
    mark_document (collection, document);

  return TRUE;
}

static gboolean
mark_everything (Collection *collection, GCancellable *cancellable, GError **error)
{
  g_autoptr (LsStoreIndex) index = ls_store_index_read (collection->root, error);
  g_autoptr (JsonNode) document = NULL;
  LsDigest *digest;

  if (index == NULL)
    return FALSE;

  document = json_node_init_object (json_node_alloc (), ls_store_index_get_json (index));
  mark_document (collection, document);

  while ((digest = g_queue_pop_head (&collection->pending)) != NULL)
    {
      gboolean followed = !g_cancellable_set_error_if_cancelled (cancellable, error)
                          && follow (collection, digest, error);

      ls_digest_unref (digest);
      if (!followed)
        return FALSE;
    }

  return TRUE;
}

static gboolean
is_too_old (const struct stat *status)
{
  return status->st_mtime <= g_get_real_time () / G_USEC_PER_SEC - PART_LIFETIME;
}

/* What ls_store_expect_image() wrote. It is a hint: one that cannot be read
 * costs no more than another download. */
static void
mark_noted_image (Collection *collection, const char *path, gboolean any_age)
{
  g_auto (LsFileLock) fd = open (path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (JsonNode) document = NULL;
  struct stat status;

  if (fd < 0 || fstat (fd, &status) < 0 || !S_ISREG (status.st_mode)
      || (!any_age && is_too_old (&status)))
    return;

  bytes = ls_file_read_fd (fd, path, LS_MANIFEST_MAX_SIZE, NULL);
  document = bytes != NULL ? ls_json_parse (bytes, LS_MANIFEST_MAX_SIZE, NULL) : NULL;
  if (document != NULL)
    mark_document (collection, document);
}

static void
mark_expected_image (Collection *collection, const char *path)
{
  mark_noted_image (collection, path, FALSE);
}

static void
delete_file (Collection *collection, const char *path)
{
  struct stat status;

  /* Of links and folders nothing is ours. */
  if (lstat (path, &status) < 0 || !S_ISREG (status.st_mode))
    return;

  if (unlink (path) == 0)
    collection->bytes_freed += (guint64) status.st_size;
  else
    g_debug ("Cannot delete “%s”: %s", path, g_strerror (errno));
}

static gboolean
sweep_blobs (Collection *collection, const char *algorithm, GCancellable *cancellable,
             GError **error)
{
  g_autofree char *folder = ls_store_files_blob_directory (collection->root, algorithm);
  g_autoptr (GDir) directory = g_dir_open (folder, 0, NULL);
  const char *name;

  while (directory != NULL && (name = g_dir_read_name (directory)) != NULL)
    {
      g_autofree char *text = g_strconcat (algorithm, ":", name, NULL);
      g_autoptr (LsDigest) digest = ls_digest_parse (text, NULL);
      g_autofree char *path = NULL;

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      if (digest == NULL || g_hash_table_contains (collection->marked, digest))
        continue;

      path = ls_store_files_blob_path (collection->root, digest);
      delete_file (collection, path);
    }

  return TRUE;
}

static void
sweep_part (Collection *collection, const char *path)
{
  g_auto (LsFileLock) fd = open (path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  struct stat status;

  if (fd < 0 || fstat (fd, &status) < 0 || !S_ISREG (status.st_mode))
    return;
  if (!is_too_old (&status) || g_hash_table_contains (collection->parts, path))
    return;

  /* Its writers make sure, once they have the lock, that it was not deleted. */
  if (ls_file_lock_try_fd (fd, LS_FILE_LOCK_EXCLUSIVE))
    delete_file (collection, path);
}

/* Nobody has a use of the store, so that nobody is about to write it. */
static void
sweep_expected_image (Collection *collection, const char *path)
{
  struct stat status;

  if (lstat (path, &status) == 0 && is_too_old (&status))
    delete_file (collection, path);
}

static void
for_each_ingest (Collection *collection, const char *suffix,
                 void (*func) (Collection *collection, const char *path))
{
  g_autofree char *folder = g_build_filename (collection->root, "ingest", NULL);
  g_autoptr (GDir) directory = g_dir_open (folder, 0, NULL);
  const char *name;

  while (directory != NULL && (name = g_dir_read_name (directory)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_str_has_suffix (name, suffix))
        func (collection, path);
    }
}

/* One transfer may be given up while another one waits for the same blob. */
static void
keep_expected_parts (Collection *collection)
{
  GHashTableIter iter;
  gpointer digest;

  g_hash_table_iter_init (&iter, collection->marked);
  while (g_hash_table_iter_next (&iter, &digest, NULL))
    g_hash_table_add (collection->parts, ls_store_files_part_path (collection->root, digest));
}

static gboolean
collect (Collection *collection, GCancellable *cancellable, GError **error)
{
  for_each_ingest (collection, EXPECTED_SUFFIX, mark_expected_image);
  keep_expected_parts (collection);
  if (!mark_everything (collection, cancellable, error))
    return FALSE;

  for_each_ingest (collection, ".part", sweep_part);
  for_each_ingest (collection, EXPECTED_SUFFIX, sweep_expected_image);
  /* Of a process that was killed while it wrote one. */
  for_each_ingest (collection, EXPECTED_SUFFIX ".new", sweep_expected_image);

  return sweep_blobs (collection, "sha256", cancellable, error)
         && sweep_blobs (collection, "sha512", cancellable, error);
}

/**
 * ls_store_collect_garbage:
 * @self: a store
 * @bytes_freed: (out) (optional): how much room that made
 * @cancellable: (nullable): ends it; what is deleted by then stays deleted
 * @error: return location for an error
 *
 * Deletes the blobs that no entry of the index leads to. What an interrupted
 * transfer left stays for a week: partial blobs, and the blobs of an image that
 * ls_store_expect_image() named, with the partial ones however old. Keeps everything that an image
 * names: nested indexes, configs, layers, subjects, and the index that it was pulled from. Does
 * nothing while any process has a use of the store, see ls_store_begin_use(). Other programs know
 * nothing of that: while one of them is writing to the store, this should not be called.
 *
 * Errors: %LS_ERROR_STORE (nothing is deleted then), %G_IO_ERROR_CANCELLED.
 *
 * Returns: %FALSE after an error
 */
gboolean
ls_store_collect_garbage (LsStore *self, guint64 *bytes_freed, GCancellable *cancellable,
                          GError **error)
{
  const char *root;
  g_auto (LsFileLock) use_lock = -1;
  g_auto (LsFileLock) index_lock = -1;
  g_autoptr (GHashTable) marked = NULL;
  g_autoptr (GHashTable) parts = NULL;
  Collection collection = { 0 };
  gboolean done;

  g_return_val_if_fail (LS_IS_STORE (self), FALSE);

  if (bytes_freed != NULL)
    *bytes_freed = 0;

  root = ls_store_get_path (self);
  use_lock = ls_file_lock_open (root, LS_STORE_USE_LOCK, error);
  if (use_lock < 0)
    return FALSE;
  if (!ls_file_lock_try_fd (use_lock, LS_FILE_LOCK_EXCLUSIVE))
    return TRUE;

  /* One who tags without a use finds its blobs gone, and says so, rather than
   * naming an image that is about to lose them. */
  index_lock =
      ls_file_lock_acquire (root, LS_STORE_INDEX_LOCK, LS_FILE_LOCK_EXCLUSIVE, cancellable, error);
  if (index_lock < 0)
    return FALSE;

  marked = g_hash_table_new_full (ls_digest_hash, ls_digest_equal, (GDestroyNotify) ls_digest_unref,
                                  NULL);
  parts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  collection.root = root;
  collection.marked = marked;
  collection.parts = parts;
  g_queue_init (&collection.pending);

  done = collect (&collection, cancellable, error);

  g_queue_clear_full (&collection.pending, (GDestroyNotify) ls_digest_unref);
  ls_store_forget_images (self);
  if (bytes_freed != NULL)
    *bytes_freed = collection.bytes_freed;

  return done;
}

/**
 * ls_store_begin_use:
 * @self: a store
 * @cancellable: (nullable): ends the wait
 * @error: return location for an error
 *
 * Keeps garbage collection away, in every process, while blobs are written that
 * have no name yet. Waits for one that is under way. The use ends with
 * ls_store_end_use(), or with the process.
 *
 * Errors: %LS_ERROR_NO_SPACE, %LS_ERROR_STORE, %G_IO_ERROR_CANCELLED.
 *
 * Returns: a token for ls_store_end_use(), or -1
 */
int
ls_store_begin_use (LsStore *self, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (LS_IS_STORE (self), -1);

  return ls_file_lock_acquire (ls_store_get_path (self), LS_STORE_USE_LOCK, LS_FILE_LOCK_SHARED,
                               cancellable, error);
}

/**
 * ls_store_end_use:
 * @self: a store
 * @use: what ls_store_begin_use() returned; -1 is allowed
 *
 * Ends a use.
 */
void
ls_store_end_use (LsStore *self, int use)
{
  g_return_if_fail (LS_IS_STORE (self));

  if (use >= 0)
    ls_file_lock_release (use);
}

static char *
dup_expected_path (LsStore *self, LsManifest *image)
{
  LsDigest *digest = ls_descriptor_get_digest (ls_manifest_get_descriptor (image));
  g_autofree char *name = g_strconcat (ls_digest_get_algorithm (digest), "-",
                                       ls_digest_get_hex (digest), EXPECTED_SUFFIX, NULL);

  return g_build_filename (ls_store_get_path (self), "ingest", name, NULL);
}

/**
 * ls_store_expect_image:
 * @self: a store
 * @image: the manifest of an image whose blobs are about to come
 * @cancellable: (nullable): ends the wait for another process
 * @error: return location for an error
 *
 * Has the garbage collection keep the blobs of an image that has no name yet, so
 * that a transfer which is cut brings only the rest when it is taken up again,
 * also in another run. That holds for a week, or until ls_store_stop_expecting().
 *
 * Errors: %LS_ERROR_NO_SPACE, %LS_ERROR_STORE, %G_IO_ERROR_CANCELLED.
 *
 * Returns: whether that worked
 */
gboolean
ls_store_expect_image (LsStore *self, LsManifest *image, GCancellable *cancellable, GError **error)
{
  g_autofree char *path = NULL;
  g_auto (LsFileLock) lock = -1;

  g_return_val_if_fail (LS_IS_STORE (self), FALSE);
  g_return_val_if_fail (image != NULL, FALSE);

  lock = ls_file_lock_acquire (ls_store_get_path (self), LS_STORE_INDEX_LOCK,
                               LS_FILE_LOCK_EXCLUSIVE, cancellable, error);
  if (lock < 0)
    return FALSE;

  path = dup_expected_path (self, image);

  return ls_file_replace (path, ls_manifest_get_bytes (image), LS_FILE_DEFAULT, error);
}

/**
 * ls_store_stop_expecting:
 * @self: a store
 * @image: what ls_store_expect_image() was given; one that was never expected is fine
 *
 * Leaves the image to its names, now that it is there.
 */
void
ls_store_stop_expecting (LsStore *self, LsManifest *image)
{
  g_autofree char *path = NULL;

  g_return_if_fail (LS_IS_STORE (self));
  g_return_if_fail (image != NULL);

  path = dup_expected_path (self, image);
  if (unlink (path) < 0 && errno != ENOENT)
    g_debug ("Cannot delete “%s”: %s", path, g_strerror (errno));
}

/* Sets the age of what belongs to an expected image: of the note of it, and of
 * partial blobs. */
static void
set_age (LsStore *self, LsDigest *digest, const struct timespec times[2])
{
  const char *root = ls_store_get_path (self);
  g_autoptr (GHashTable) marked = g_hash_table_new_full (ls_digest_hash, ls_digest_equal,
                                                         (GDestroyNotify) ls_digest_unref, NULL);
  Collection collection = { .root = root, .marked = marked };
  g_autofree char *name = g_strconcat (ls_digest_get_algorithm (digest), "-",
                                       ls_digest_get_hex (digest), EXPECTED_SUFFIX, NULL);
  g_autofree char *path = g_build_filename (root, "ingest", name, NULL);
  GHashTableIter iter;
  gpointer blob;

  g_queue_init (&collection.pending);
  mark_noted_image (&collection, path, TRUE);
  g_queue_clear_full (&collection.pending, (GDestroyNotify) ls_digest_unref);

  g_hash_table_iter_init (&iter, marked);
  while (g_hash_table_iter_next (&iter, &blob, NULL))
    {
      g_autofree char *part = ls_store_files_part_path (root, blob);

      if (utimensat (AT_FDCWD, part, times, AT_SYMLINK_NOFOLLOW) < 0 && errno != ENOENT)
        g_debug ("Cannot set the time of “%s”: %s", part, g_strerror (errno));
    }
  if (utimensat (AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW) < 0 && errno != ENOENT)
    g_debug ("Cannot set the time of “%s”: %s", path, g_strerror (errno));
}

/**
 * ls_store_renew_expectation:
 * @self: a store
 * @image: the digest of a manifest that ls_store_expect_image() was given
 *
 * Lets what an interrupted transfer has left stay for another week.
 */
void
ls_store_renew_expectation (LsStore *self, LsDigest *image)
{
  const struct timespec now[2] = { { .tv_nsec = UTIME_NOW }, { .tv_nsec = UTIME_NOW } };

  g_return_if_fail (LS_IS_STORE (self));
  g_return_if_fail (image != NULL);

  set_age (self, image, now);
}

/**
 * ls_store_drop_expectation:
 * @self: a store
 * @image: the digest of a manifest that ls_store_expect_image() was given
 *
 * Leaves what a transfer has brought to the next ls_store_collect_garbage(), as far
 * as nothing else needs it: nobody comes back for it.
 */
void
ls_store_drop_expectation (LsStore *self, LsDigest *image)
{
  const struct timespec long_ago[2] = { { .tv_sec = 1 }, { .tv_sec = 1 } };

  g_return_if_fail (LS_IS_STORE (self));
  g_return_if_fail (image != NULL);

  set_age (self, image, long_ago);
}
