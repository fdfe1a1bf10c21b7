/* SPDX-License-Identifier: GPL-3.0-or-later */

/* However many transfers there are, and whatever there is to say of them: what is written
 * is read back. */

#include "ls-error.h"
#include "ls-test-dir.h"
#include "ls-transfer-journal.h"

#define DIGEST                                                                                     \
  "sha512:cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2"          \
  "b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e"

static GPtrArray *
records_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) ls_transfer_record_free);
}

static GPtrArray *
write_and_read (GPtrArray *records)
{
  g_autoptr (GBytes) bytes = ls_transfer_records_to_bytes (records);
  g_autoptr (GError) error = NULL;
  GPtrArray *back = ls_transfer_records_from_bytes (bytes, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (bytes), <=, LS_TRANSFER_RECORDS_MAX_SIZE);

  return back;
}

static LsTransferRecord *
numbered_record (guint number, guint n_images)
{
  g_autofree char *name = g_strdup_printf ("ghcr.io/a/b:%u", number);
  LsTransferRecord *record = g_new0 (LsTransferRecord, 1);

  record->kind = LS_TRANSFER_PULL;
  record->name = ls_reference_parse (name, NULL);
  record->account = g_strdup ("alice");
  record->images = g_new0 (char *, n_images + 1);
  for (guint i = 0; i < n_images; i++)
    record->images[i] = g_strdup (DIGEST);

  return record;
}

static LsTransferRecord *
numbered_failure (guint number)
{
  g_autofree char *message = g_strnfill (4000, 'x');
  LsTransferRecord *record = numbered_record (number, 0);

  record->failure = g_error_new_literal (LS_ERROR, LS_ERROR_NOT_FOUND, message);

  return record;
}

/* What is not finished is not forgotten for what has failed, and the older failures are
 * before the newer ones. */
static void
test_too_many (void)
{
  g_autoptr (GPtrArray) records = records_new ();
  g_autoptr (GPtrArray) back = NULL;
  guint n_failures = 0;

  for (guint i = 0; i < 1010; i++)
    g_ptr_array_add (records, i % 2 == 0 ? numbered_failure (i) : numbered_record (i, 0));
  back = write_and_read (records);
  g_assert_cmpuint (back->len, ==, 1000);
  for (guint i = 0, n = 0; i < 1010; i++)
    {
      LsTransferRecord *record = n < back->len ? back->pdata[n] : NULL;
      LsTransferRecord *written = records->pdata[i];

      if (record != NULL && ls_reference_equal (record->name, written->name))
        {
          n_failures += record->failure != NULL;
          g_assert_cmpint (record->failure != NULL, ==, i % 2 == 0);
          n++;
        }
      else
        {
          g_assert_nonnull (written->failure);
          g_assert_cmpuint (n_failures, ==, 0);
        }
    }
  g_assert_cmpuint (n_failures, ==, 495);
}

/* Where there is not room for all that there is to say, there is for what matters. */
static void
test_too_much (void)
{
  g_autoptr (GPtrArray) records = records_new ();
  g_autoptr (GPtrArray) back = NULL;
  guint n_messages = 0;

  for (guint i = 0; i < 660; i++)
    g_ptr_array_add (records, i < 500 ? numbered_failure (i) : numbered_record (i, 100));
  back = write_and_read (records);
  g_assert_cmpuint (back->len, ==, 660);
  for (guint i = 0; i < 660; i++)
    {
      LsTransferRecord *record = back->pdata[i];

      g_assert_cmpstr (record->account, ==, "alice");
      g_assert_cmpint (record->failure != NULL, ==, i < 500);
      if (record->failure != NULL)
        n_messages += strlen (record->failure->message) == 4000;
      else
        g_assert_cmpuint (g_strv_length (record->images), ==, 100);
    }
  g_assert_cmpuint (n_messages, >, 0);
  g_assert_cmpuint (n_messages, <, 500);
}

/* Of a long list there is the start. */
static void
test_long_lists (void)
{
  g_autoptr (GPtrArray) records = records_new ();
  g_autoptr (GPtrArray) back = NULL;
  LsTransferRecord *record = numbered_record (1, 150);

  record->sequels = g_ptr_array_new_with_free_func ((GDestroyNotify) ls_transfer_sequel_unref);
  for (guint i = 0; i < 150; i++)
    g_ptr_array_add (record->sequels, ls_transfer_sequel_new (record->name, NULL, DIGEST));
  g_ptr_array_add (records, record);
  back = write_and_read (records);
  record = back->pdata[0];
  g_assert_cmpuint (g_strv_length (record->images), ==, 100);
  g_assert_cmpuint (record->sequels->len, ==, 100);
}

/* The file is read as far as it is written. */
static void
test_file (void)
{
  g_autoptr (LsTestDir) dir = ls_test_dir_new ();
  g_autofree char *folder = ls_test_dir_build (dir, "data");
  g_autoptr (GPtrArray) records = records_new ();
  g_autoptr (GError) error = NULL;

  for (guint run = 0; run < 2; run++)
    {
      g_autoptr (LsTransferJournal) journal = ls_transfer_journal_new (folder);
      g_autoptr (GPtrArray) back = ls_transfer_journal_open (journal, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (back->len, ==, run * 100);
      for (guint i = 0; run == 0 && i < 100; i++)
        g_ptr_array_add (records, numbered_record (i, 100));
      ls_transfer_journal_save (journal, records);
      ls_transfer_journal_close (journal);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/many-transfers/too-many", test_too_many);
  g_test_add_func ("/many-transfers/too-much", test_too_much);
  g_test_add_func ("/many-transfers/long-lists", test_long_lists);
  g_test_add_func ("/many-transfers/file", test_file);

  return g_test_run ();
}
