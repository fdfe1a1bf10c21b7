/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The journal of unfinished transfers: what the next run of the program takes up. */

#include "ls-fuzz.h"
#include "ls-transfer-record.h"

#include <string.h>

static void
check_same_name (LsReference *a, LsReference *b)
{
  g_assert_cmpint (a == NULL, ==, b == NULL);
  g_assert_true (a == NULL || ls_reference_equal (a, b));
}

static void
check_same_sequel (LsTransferSequel *a, LsTransferSequel *b)
{
  check_same_name (a->name, b->name);
  g_assert_cmpstr (a->account, ==, b->account);
  g_assert_cmpstr (a->content, ==, b->content);
}

static void
check_same (LsTransferRecord *a, LsTransferRecord *b)
{
  g_assert_cmpint (a->kind, ==, b->kind);
  check_same_name (a->name, b->name);
  check_same_name (a->source, b->source);
  g_assert_cmpstr (a->account, ==, b->account);
  g_assert_cmpint (a->paused, ==, b->paused);
  g_assert_cmpint (a->is_nameless, ==, b->is_nameless);
  g_assert_cmpint (a->platforms == NULL, ==, b->platforms == NULL);
  g_assert_cmpint (a->images == NULL, ==, b->images == NULL);
  g_assert_cmpint (a->sequels == NULL, ==, b->sequels == NULL);
  for (guint i = 0; a->sequels != NULL && i < a->sequels->len; i++)
    check_same_sequel (a->sequels->pdata[i], b->sequels->pdata[i]);
  g_assert_true (
      a->images == NULL
      || g_strv_equal ((const char *const *) a->images, (const char *const *) b->images));
}

/* Digests of it become paths, and the account a key. */
static void
check_record (LsTransferRecord *record)
{
  g_assert_nonnull (record->name);
  g_assert_cmpint (record->kind == LS_TRANSFER_COPY, ==, record->source != NULL);
  for (guint i = 0; record->images != NULL && record->images[i] != NULL; i++)
    {
      g_autoptr (LsDigest) digest = ls_digest_parse (record->images[i], NULL);

      g_assert_nonnull (digest);
    }
  for (const char *at = record->account; at != NULL && *at != '\0'; at++)
    g_assert_false (g_ascii_iscntrl (*at));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) records = ls_transfer_records_from_bytes (bytes, &error);
  g_autoptr (GBytes) written = NULL;
  g_autoptr (GPtrArray) again = NULL;

  if (records == NULL)
    {
      ls_fuzz_assert_error (error);
      return 0;
    }

  written = ls_transfer_records_to_bytes (records);
  again = ls_transfer_records_from_bytes (written, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (again->len, ==, records->len);
  for (guint i = 0; i < records->len; i++)
    {
      check_record (records->pdata[i]);
      check_same (records->pdata[i], again->pdata[i]);
    }

  return 0;
}
