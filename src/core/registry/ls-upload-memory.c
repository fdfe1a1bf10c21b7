/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-upload-style.h"

#include "ls-error.h"

#include <errno.h>
#include <gio/gio.h>

#define MAX_REGISTRIES 256
#define SMALLEST_BODY (64 * 1024)

/* A registry may have learned something meanwhile: it is tried anew then. */
#define LIFETIME (G_GINT64_CONSTANT (30) * 24 * 60 * 60)

#define KEY_SINGLE_POST "single-post"
#define KEY_METHOD "method"
#define KEY_MAX_BODY "max-body"
#define KEY_NEEDS_LENGTH "needs-length"
#define KEY_SINCE "since"

typedef struct
{
  LsUploadStyle style;
  gint64 since; /* seconds of Unix time */
} Entry;

struct _LsUploadMemory
{
  GMutex mutex;
  GHashTable *entries; /* registry -> Entry */
  char *path;          /* where they are kept, or NULL */
};

/**
 * ls_upload_memory_new:
 *
 * Returns: (transfer full): a memory without any registry
 */
LsUploadMemory *
ls_upload_memory_new (void)
{
  LsUploadMemory *self = g_atomic_rc_box_new0 (LsUploadMemory);

  g_mutex_init (&self->mutex);
  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  return self;
}

/**
 * ls_upload_memory_ref:
 * @memory: a memory
 *
 * Returns: (transfer full): the same memory
 */
LsUploadMemory *
ls_upload_memory_ref (LsUploadMemory *memory)
{
  return g_atomic_rc_box_acquire (memory);
}

static void
memory_clear (gpointer data)
{
  LsUploadMemory *self = data;

  g_hash_table_unref (self->entries);
  g_free (self->path);
  g_mutex_clear (&self->mutex);
}

/**
 * ls_upload_memory_unref:
 * @memory: (transfer full): a memory
 */
void
ls_upload_memory_unref (LsUploadMemory *memory)
{
  g_atomic_rc_box_release_full (memory, memory_clear);
}

/* Called with the lock held. */
static LsUploadStyle
look_up (LsUploadMemory *self, const char *registry)
{
  static const LsUploadStyle first = { LS_SINGLE_POST_UNTRIED };
  Entry *entry = g_hash_table_lookup (self->entries, registry);

  return entry != NULL ? entry->style : first;
}

/**
 * ls_upload_memory_recall:
 * @memory: a memory
 * @registry: the name of a registry
 *
 * Returns: the style that it takes, or the one to try first
 */
LsUploadStyle
ls_upload_memory_recall (LsUploadMemory *memory, const char *registry)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&memory->mutex);

  return look_up (memory, registry);
}

/* One that cannot be written costs the next start a refused request, no more. */
static void
save (LsUploadMemory *self)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *directory = g_path_get_dirname (self->path);
  g_autoptr (GError) error = NULL;
  GHashTableIter iter;
  gpointer registry;
  gpointer value;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, &registry, &value))
    {
      Entry *entry = value;

      if (*(const char *) registry == '[') /* an address cannot be the name of a group */
        continue;

      g_key_file_set_integer (file, registry, KEY_SINGLE_POST, (int) entry->style.single_post);
      g_key_file_set_integer (file, registry, KEY_METHOD, (int) entry->style.method);
      g_key_file_set_int64 (file, registry, KEY_MAX_BODY,
                            entry->style.is_guess ? 0 : entry->style.max_body);
      g_key_file_set_boolean (file, registry, KEY_NEEDS_LENGTH, entry->style.needs_length);
      g_key_file_set_int64 (file, registry, KEY_SINCE, entry->since);
    }

  if (g_mkdir_with_parents (directory, 0700) != 0
      || !g_key_file_save_to_file (file, self->path, &error))
    g_debug ("%s cannot be written: %s", self->path,
             error != NULL ? error->message : g_strerror (errno));
}

static void
put (LsUploadMemory *self, const char *registry, const LsUploadStyle *style, gint64 since)
{
  Entry *entry;

  if (g_hash_table_size (self->entries) >= MAX_REGISTRIES)
    g_hash_table_remove_all (self->entries);

  entry = g_new (Entry, 1);
  entry->style = *style;
  entry->since = since;
  g_hash_table_replace (self->entries, g_strdup (registry), entry);
}

/* Several uploads may find out at a time; what any of them was refused counts. */
static LsUploadStyle
merge (const LsUploadStyle *old, const LsUploadStyle *new)
{
  gboolean is_lower = new->max_body > 0 && (old->max_body == 0 || new->max_body <= old->max_body);
  LsUploadStyle style = {
    .single_post = MAX (old->single_post, new->single_post),
    .method = new->method != LS_UPLOAD_BY_EITHER ? new->method : old->method,
    .max_body = is_lower ? new->max_body : old->max_body,
    .is_guess = is_lower ? new->is_guess : old->is_guess,
    .needs_length = old->needs_length || new->needs_length,
  };

  return style;
}

static gboolean
is_same (const LsUploadStyle *a, const LsUploadStyle *b)
{
  return a->single_post == b->single_post && a->method == b->method && a->max_body == b->max_body
         && a->is_guess == b->is_guess && a->needs_length == b->needs_length;
}

/**
 * ls_upload_memory_note:
 * @memory: a memory
 * @registry: the name of a registry
 * @style: a style that it takes
 *
 * Remembers what was found out.
 */
void
ls_upload_memory_note (LsUploadMemory *memory, const char *registry, const LsUploadStyle *style)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&memory->mutex);
  LsUploadStyle known = look_up (memory, registry);
  LsUploadStyle merged = merge (&known, style);

  if (is_same (&known, &merged))
    return;

  put (memory, registry, &merged, g_get_real_time () / G_USEC_PER_SEC);
  if (memory->path != NULL)
    save (memory);
}

/* What somebody wrote into the file must not make anything worse than slow. */
static gboolean
read_entry (GKeyFile *file, const char *registry, LsUploadStyle *style, gint64 *since)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  int single_post = g_key_file_get_integer (file, registry, KEY_SINGLE_POST, NULL);
  int method = g_key_file_get_integer (file, registry, KEY_METHOD, NULL);

  style->single_post = (LsSinglePost) CLAMP (single_post, 0, LS_SINGLE_POST_REFUSED);
  style->method = (LsUploadMethod) CLAMP (method, 0, LS_UPLOAD_BY_PUT);
  style->max_body = g_key_file_get_int64 (file, registry, KEY_MAX_BODY, NULL);
  style->needs_length = g_key_file_get_boolean (file, registry, KEY_NEEDS_LENGTH, NULL);
  *since = g_key_file_get_int64 (file, registry, KEY_SINCE, NULL);

  return (style->max_body == 0 || style->max_body >= SMALLEST_BODY) && *since <= now
         && now - *since < LIFETIME;
}

/**
 * ls_upload_memory_load:
 * @memory: a memory
 * @path: the path of a file, which need not exist
 * @error: return location for an error
 *
 * Recalls what an earlier run found out, and writes what is found out from now on
 * to the same file.
 *
 * Returns: whether the file was read, or is not there yet
 */
gboolean
ls_upload_memory_load (LsUploadMemory *memory, const char *path, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) local_error = NULL;
  g_auto (GStrv) registries = NULL;

  g_mutex_lock (&memory->mutex);
  g_free (memory->path);
  memory->path = g_strdup (path);
  g_mutex_unlock (&memory->mutex);

  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, &local_error))
    {
      if (g_error_matches (local_error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        return TRUE;
      g_set_error (error, LS_ERROR, LS_ERROR_SETTINGS, "%s: %s", path, local_error->message);
      return FALSE;
    }

  registries = g_key_file_get_groups (file, NULL);
  g_mutex_lock (&memory->mutex);
  for (guint i = 0; registries[i] != NULL && i < MAX_REGISTRIES; i++)
    {
      LsUploadStyle style = { LS_SINGLE_POST_UNTRIED };
      gint64 since;

      if (read_entry (file, registries[i], &style, &since))
        put (memory, registries[i], &style, since);
    }
  g_mutex_unlock (&memory->mutex);

  return TRUE;
}
