/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-transfer-record.h"

#include "ls-digest.h"
#include "ls-error.h"

#include <string.h>

#define VERSION 1
#define JOURNAL_GROUP "journal"
#define HEAD "[" JOURNAL_GROUP "]\nversion=" G_STRINGIFY (VERSION) "\n"
#define TRANSFER_PREFIX "transfer "

/* More than anybody has queued; the file may be anything. What is written keeps to the
 * same limits: it is to be read back. */
#define MAX_RECORDS 1000
#define MAX_IMAGES 100
#define MAX_SEQUELS 100
#define MAX_ACCOUNT_LENGTH 256
#define MAX_MESSAGE_LENGTH 4000

/* How failures are called in the file: the numbers may change. What is not named is
 * remembered as a failure without a reason. */
static const struct
{
  LsError code;
  const char *name;
} failures[] = {
  { LS_ERROR_FAILED, "failed" },
  { LS_ERROR_UNAUTHORIZED, "unauthorized" },
  { LS_ERROR_FORBIDDEN, "forbidden" },
  { LS_ERROR_NOT_FOUND, "not-found" },
  { LS_ERROR_RATE_LIMITED, "rate-limited" },
  { LS_ERROR_OFFLINE, "offline" },
  { LS_ERROR_TIMED_OUT, "timed-out" },
  { LS_ERROR_TLS, "tls" },
  { LS_ERROR_INSECURE, "insecure" },
  { LS_ERROR_LED_ASTRAY, "led-astray" },
  { LS_ERROR_CONFIDANT_CHANGED, "confidant-changed" },
  { LS_ERROR_NOT_A_REGISTRY, "not-a-registry" },
  { LS_ERROR_CLIENT_REFUSED, "client-refused" },
  { LS_ERROR_SERVER, "server" },
  { LS_ERROR_PROTOCOL, "protocol" },
  { LS_ERROR_TOO_LARGE, "too-large" },
  { LS_ERROR_UNSUPPORTED, "unsupported" },
  { LS_ERROR_NO_PLATFORM, "no-platform" },
  { LS_ERROR_PARTLY_HELD, "partly-held" },
  { LS_ERROR_DIGEST_MISMATCH, "digest-mismatch" },
  { LS_ERROR_NO_SPACE, "no-space" },
  { LS_ERROR_STORE, "store" },
};

/**
 * ls_transfer_record_new:
 * @transfer: a transfer
 *
 * Returns: (transfer full): what has to be known of @transfer
 */
LsTransferRecord *
ls_transfer_record_new (LsTransfer *transfer)
{
  LsTransferRecord *self = g_new0 (LsTransferRecord, 1);

  self->kind = ls_transfer_get_kind (transfer);
  self->name = ls_reference_ref (ls_transfer_get_name (transfer));
  if (self->kind == LS_TRANSFER_COPY && ls_transfer_get_source_name (transfer) != NULL)
    self->source = ls_reference_ref (ls_transfer_get_source_name (transfer));
  self->is_nameless = ls_transfer_is_repair (transfer);
  self->account = g_strdup (ls_transfer_get_account (transfer));
  self->platforms = ls_platform_choice_ref (ls_transfer_get_platforms (transfer));
  self->images = g_strdupv ((char **) ls_transfer_get_expected_images (transfer));
  self->sequels = g_ptr_array_copy (ls_transfer_get_sequels (transfer),
                                    (GCopyFunc) (void (*) (void)) ls_transfer_sequel_ref, NULL);
  self->paused =
      ls_transfer_get_state (transfer) == LS_TRANSFER_PAUSED && !ls_transfer_get_goes_on (transfer);
  if (ls_transfer_get_state (transfer) == LS_TRANSFER_FAILED)
    self->failure = g_error_copy (ls_transfer_get_error (transfer));

  return self;
}

/**
 * ls_transfer_record_free:
 * @record: a record
 *
 * Frees it.
 */
void
ls_transfer_record_free (LsTransferRecord *record)
{
  g_clear_pointer (&record->name, ls_reference_unref);
  g_clear_pointer (&record->source, ls_reference_unref);
  g_clear_pointer (&record->platforms, ls_platform_choice_unref);
  g_free (record->account);
  g_strfreev (record->images);
  g_clear_pointer (&record->sequels, g_ptr_array_unref);
  g_clear_error (&record->failure);
  g_free (record);
}

static const char *
get_kind_name (LsTransferKind kind)
{
  g_autoptr (GEnumClass) kinds = g_type_class_ref (LS_TYPE_TRANSFER_KIND);

  return g_enum_get_value (kinds, (int) kind)->value_nick;
}

static gboolean
parse_kind (const char *name, LsTransferKind *kind)
{
  g_autoptr (GEnumClass) kinds = g_type_class_ref (LS_TYPE_TRANSFER_KIND);
  GEnumValue *value = name != NULL ? g_enum_get_value_by_nick (kinds, name) : NULL;

  if (value != NULL)
    *kind = (LsTransferKind) value->value;

  return value != NULL;
}

static void
add_failure (GKeyFile *file, const char *group, const GError *failure, gboolean is_brief)
{
  const char *subject = ls_error_get_subject (failure);
  const char *name = failures[0].name;

  for (gsize i = 0; i < G_N_ELEMENTS (failures); i++)
    if (g_error_matches (failure, LS_ERROR, (int) failures[i].code))
      name = failures[i].name;

  g_key_file_set_string (file, group, "failure", name);
  if (!is_brief && strlen (failure->message) <= MAX_MESSAGE_LENGTH)
    g_key_file_set_string (file, group, "message", failure->message);
  if (subject != NULL && strlen (subject) <= MAX_MESSAGE_LENGTH)
    g_key_file_set_string (file, group, "subject", subject);
  if (ls_error_get_bytes_needed (failure) > 0)
    g_key_file_set_uint64 (file, group, "bytes-needed", ls_error_get_bytes_needed (failure));
}

/* Three lists, of which the items belong together; nobody is "". */
static void
add_sequels (GKeyFile *file, const char *group, GPtrArray *sequels)
{
  guint n = MIN (sequels->len, MAX_SEQUELS);
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  g_autoptr (GStrvBuilder) accounts = g_strv_builder_new ();
  g_autoptr (GStrvBuilder) contents = g_strv_builder_new ();
  g_auto (GStrv) name_list = NULL;
  g_auto (GStrv) account_list = NULL;
  g_auto (GStrv) content_list = NULL;

  for (guint i = 0; i < n; i++)
    {
      LsTransferSequel *sequel = sequels->pdata[i];
      g_autofree char *name = ls_reference_to_canonical (sequel->name);

      g_strv_builder_add (names, name);
      g_strv_builder_add (accounts, sequel->account != NULL ? sequel->account : "");
      g_strv_builder_add (contents, sequel->content);
    }

  name_list = g_strv_builder_end (names);
  account_list = g_strv_builder_end (accounts);
  content_list = g_strv_builder_end (contents);
  g_key_file_set_string_list (file, group, "then-push", (const char *const *) name_list, n);
  g_key_file_set_string_list (file, group, "then-account", (const char *const *) account_list, n);
  g_key_file_set_string_list (file, group, "then-content", (const char *const *) content_list, n);
}

/* A brief record does without what only saves time, or tells more. */
static char *
record_to_text (LsTransferRecord *record, guint number, gboolean is_brief)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *group = g_strdup_printf (TRANSFER_PREFIX "%u", number);
  g_autofree char *name = ls_reference_to_canonical (record->name);

  g_key_file_set_string (file, group, "kind", get_kind_name (record->kind));
  g_key_file_set_string (file, group, "name", name);
  if (record->source != NULL)
    {
      g_autofree char *source = ls_reference_to_canonical (record->source);

      g_key_file_set_string (file, group, "from", source);
    }
  if (record->is_nameless)
    g_key_file_set_boolean (file, group, "nameless", TRUE);
  if (record->account != NULL)
    g_key_file_set_string (file, group, "account", record->account);
  if (record->platforms != NULL)
    {
      g_autofree char *platforms = ls_platform_choice_to_string (record->platforms);

      g_key_file_set_string (file, group, "platforms", platforms);
    }
  if (!is_brief && record->images != NULL)
    g_key_file_set_string_list (file, group, "images", (const char *const *) record->images,
                                MIN (g_strv_length (record->images), MAX_IMAGES));
  if (record->sequels != NULL && record->sequels->len > 0)
    add_sequels (file, group, record->sequels);
  g_key_file_set_boolean (file, group, "paused", record->paused);
  if (record->failure != NULL)
    add_failure (file, group, record->failure, is_brief);

  return g_key_file_to_data (file, NULL, NULL);
}

/* What is not finished in its order, and then what has failed, the last one first. */
static GArray *
rank (GPtrArray *records)
{
  GArray *ranking = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; i < records->len; i++)
    if (((LsTransferRecord *) records->pdata[i])->failure == NULL)
      g_array_append_val (ranking, i);
  for (guint i = records->len; i-- > 0;)
    if (((LsTransferRecord *) records->pdata[i])->failure != NULL)
      g_array_append_val (ranking, i);

  return ranking;
}

/* There is room for each record first, as long as there is any, and then for all that is
 * to be said of it. */
static void
make_fit (GPtrArray *records, GPtrArray *texts)
{
  g_autoptr (GArray) ranking = rank (records);
  g_autoptr (GPtrArray) brief_texts = g_ptr_array_new_with_free_func (g_free);
  gsize room = LS_TRANSFER_RECORDS_MAX_SIZE - strlen (HEAD);
  guint n_records = 0;

  for (guint i = 0; i < ranking->len; i++)
    {
      guint at = g_array_index (ranking, guint, i);
      char *brief = record_to_text (records->pdata[at], at + 1, TRUE);

      if (n_records == MAX_RECORDS || strlen (brief) > room)
        *brief = '\0';
      else
        n_records++;
      room -= strlen (brief);
      g_ptr_array_add (brief_texts, brief);
    }

  for (guint i = 0; i < ranking->len; i++)
    {
      char **text = (char **) &texts->pdata[g_array_index (ranking, guint, i)];
      char **brief = (char **) &brief_texts->pdata[i];
      gsize more = strlen (*text) - strlen (*brief);

      if (**brief != '\0' && more <= room)
        {
          room -= more;
        }
      else
        {
          g_free (*text);
          *text = g_steal_pointer (brief);
        }
    }
}

/**
 * ls_transfer_records_to_bytes:
 * @records: (element-type LsTransferRecord): records, in order
 *
 * Where there are more than are read back the oldest failures are left out, and where
 * there is more to say of them than is read back, that is.
 *
 * Returns: (transfer full): the records as a key file
 */
GBytes *
ls_transfer_records_to_bytes (GPtrArray *records)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) whole = g_string_new (HEAD);
  gsize size = whole->len;

  for (guint i = 0; i < records->len; i++)
    {
      char *text = record_to_text (records->pdata[i], i + 1, FALSE);

      g_ptr_array_add (texts, text);
      size += strlen (text);
    }
  if (records->len > MAX_RECORDS || size > LS_TRANSFER_RECORDS_MAX_SIZE)
    make_fit (records, texts);
  for (guint i = 0; i < texts->len; i++)
    g_string_append (whole, texts->pdata[i]);

  return g_string_free_to_bytes (g_steal_pointer (&whole));
}

static gboolean
is_account (const char *text)
{
  if (text == NULL || *text == '\0' || strlen (text) > MAX_ACCOUNT_LENGTH)
    return FALSE;
  for (const char *c = text; *c != '\0'; c++)
    if (g_ascii_iscntrl (*c))
      return FALSE;

  return TRUE;
}

static GStrv
read_images (GKeyFile *file, const char *group)
{
  gsize length = 0;
  g_auto (GStrv) images = g_key_file_get_string_list (file, group, "images", &length, NULL);

  if (images == NULL || length == 0 || length > MAX_IMAGES)
    return NULL;
  for (gsize i = 0; i < length; i++)
    {
      g_autoptr (LsDigest) digest = ls_digest_parse (images[i], NULL);

      if (digest == NULL)
        return NULL;
    }

  return g_steal_pointer (&images);
}

static LsReference *
read_name (GKeyFile *file, const char *group, const char *key)
{
  g_autofree char *name = g_key_file_get_string (file, group, key, NULL);

  return name != NULL ? ls_reference_parse (name, NULL) : NULL;
}

static LsTransferSequel *
read_sequel (const char *name_text, const char *account, const char *content_text)
{
  g_autoptr (LsReference) name = ls_reference_parse (name_text, NULL);
  g_autoptr (LsDigest) content = ls_digest_parse (content_text, NULL);

  if (name == NULL || content == NULL || (*account != '\0' && !is_account (account)))
    return NULL;

  return ls_transfer_sequel_new (name, *account != '\0' ? account : NULL,
                                 ls_digest_to_string (content));
}

static GPtrArray *
read_sequels (GKeyFile *file, const char *group)
{
  g_autoptr (GPtrArray) sequels =
      g_ptr_array_new_with_free_func ((GDestroyNotify) ls_transfer_sequel_unref);
  gsize n_names = 0;
  gsize n_accounts = 0;
  gsize n_contents = 0;
  g_auto (GStrv) names = g_key_file_get_string_list (file, group, "then-push", &n_names, NULL);
  g_auto (GStrv) accounts =
      g_key_file_get_string_list (file, group, "then-account", &n_accounts, NULL);
  g_auto (GStrv) contents =
      g_key_file_get_string_list (file, group, "then-content", &n_contents, NULL);

  if (n_names == 0 || n_names > MAX_SEQUELS || n_accounts != n_names || n_contents != n_names)
    return NULL;

  for (gsize i = 0; i < n_names; i++)
    {
      LsTransferSequel *sequel = read_sequel (names[i], accounts[i], contents[i]);

      if (sequel == NULL)
        return NULL;
      g_ptr_array_add (sequels, sequel);
    }

  return g_steal_pointer (&sequels);
}

static GError *
read_failure (GKeyFile *file, const char *group)
{
  g_autofree char *name = g_key_file_get_string (file, group, "failure", NULL);
  g_autofree char *message = g_key_file_get_string (file, group, "message", NULL);
  g_autofree char *subject = g_key_file_get_string (file, group, "subject", NULL);
  LsError code = LS_ERROR_FAILED;
  GError *failure;

  if (name == NULL)
    return NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (failures); i++)
    if (g_str_equal (name, failures[i].name))
      code = failures[i].code;
  failure = g_error_new_literal (LS_ERROR, (int) code,
                                 message != NULL && strlen (message) <= MAX_MESSAGE_LENGTH
                                     ? message
                                     : "An earlier run of Longshore could not finish it");
  ls_error_set_subject (failure, subject);
  ls_error_set_bytes_needed (failure, g_key_file_get_uint64 (file, group, "bytes-needed", NULL));

  return failure;
}

/* A transfer that cannot be read is nothing: its image can be asked for again. */
static LsTransferRecord *
read_record (GKeyFile *file, const char *group)
{
  g_autoptr (LsTransferRecord) record = g_new0 (LsTransferRecord, 1);
  g_autofree char *kind = g_key_file_get_string (file, group, "kind", NULL);
  g_autofree char *account = g_key_file_get_string (file, group, "account", NULL);
  g_autofree char *platforms = g_key_file_get_string (file, group, "platforms", NULL);

  record->name = read_name (file, group, "name");
  record->source = read_name (file, group, "from");
  if (!parse_kind (kind, &record->kind) || record->name == NULL
      || (record->kind == LS_TRANSFER_COPY) != (record->source != NULL))
    return NULL;
  record->is_nameless =
      record->kind == LS_TRANSFER_PULL && g_key_file_get_boolean (file, group, "nameless", NULL);
  if (account != NULL && !is_account (account))
    return NULL;
  record->account = g_steal_pointer (&account);
  if (platforms != NULL)
    {
      record->platforms = ls_platform_choice_parse (platforms, NULL);
      if (record->platforms == NULL)
        return NULL;
    }
  record->images = read_images (file, group);
  if (record->kind == LS_TRANSFER_PULL)
    record->sequels = read_sequels (file, group);
  record->paused = g_key_file_get_boolean (file, group, "paused", NULL);
  record->failure = read_failure (file, group);

  return g_steal_pointer (&record);
}

/**
 * ls_transfer_records_from_bytes:
 * @bytes: what a file has, whatever that is
 * @error: return location for an error
 *
 * Reads records. Those that cannot be understood are left out.
 *
 * Errors: %LS_ERROR_UNSUPPORTED when it is of another version or nothing of the
 * kind.
 *
 * Returns: (transfer full) (element-type LsTransferRecord): the records, in order
 */
GPtrArray *
ls_transfer_records_from_bytes (GBytes *bytes, GError **error)
{
  g_autoptr (GPtrArray) records =
      g_ptr_array_new_with_free_func ((GDestroyNotify) ls_transfer_record_free);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_auto (GStrv) groups = NULL;

  if (!g_key_file_load_from_bytes (file, bytes, G_KEY_FILE_NONE, NULL)
      || g_key_file_get_integer (file, JOURNAL_GROUP, "version", NULL) != VERSION)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_UNSUPPORTED,
                   "The journal of transfers is not one of version %d", VERSION);
      return NULL;
    }

  groups = g_key_file_get_groups (file, NULL);
  for (guint i = 0; groups[i] != NULL && records->len < MAX_RECORDS; i++)
    if (g_str_has_prefix (groups[i], TRANSFER_PREFIX))
      {
        LsTransferRecord *record = read_record (file, groups[i]);

        if (record != NULL)
          g_ptr_array_add (records, record);
      }

  return g_steal_pointer (&records);
}
