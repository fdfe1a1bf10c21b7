/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-error.h"
#include "ls-test-dir.h"
#include "ls-transfer-journal.h"

#include <glib/gstdio.h>
#include <unistd.h>

#define DIGEST "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

/* What happens while a file is being written: this stands in front of the C library's. */
static void (*on_sync) (void);

int
fsync (int fd)
{
  void (*func) (void) = g_steal_pointer (&on_sync);

  if (func != NULL)
    func ();

  return fdatasync (fd);
}

/* One line a record: kind, name, account, platforms, number of images, paused. */
static char *
describe (GPtrArray *records)
{
  static const char *const kinds[] = { "pull", "push", "copy" };
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < records->len; i++)
    {
      LsTransferRecord *record = records->pdata[i];
      g_autofree char *name = ls_reference_to_canonical (record->name);
      g_autofree char *platforms =
          record->platforms != NULL ? ls_platform_choice_to_string (record->platforms) : NULL;

      g_string_append_printf (text, "%s %s %s %s %u%s", kinds[record->kind], name,
                              record->account != NULL ? record->account : "-",
                              platforms != NULL ? platforms : "-",
                              record->images != NULL ? g_strv_length (record->images) : 0,
                              record->paused ? " paused" : "");
      if (record->failure != NULL)
        g_string_append_printf (text, " failed %d %s (%s)", record->failure->code,
                                record->failure->message, ls_error_get_subject (record->failure));
      if (record->source != NULL)
        {
          g_autofree char *source = ls_reference_to_canonical (record->source);

          g_string_append_printf (text, " from %s", source);
        }
      for (guint j = 0; record->sequels != NULL && j < record->sequels->len; j++)
        {
          LsTransferSequel *sequel = record->sequels->pdata[j];
          g_autofree char *push = ls_reference_to_canonical (sequel->name);

          g_assert_cmpstr (sequel->content, ==, DIGEST);
          g_string_append_printf (text, " then push %s %s", push,
                                  sequel->account != NULL ? sequel->account : "-");
        }
      g_string_append (text, record->is_nameless ? " nameless\n" : "\n");
    }

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static LsTransferRecord *
record_new (LsTransferKind kind, const char *name, const char *account, gboolean paused)
{
  LsTransferRecord *record = g_new0 (LsTransferRecord, 1);

  record->kind = kind;
  record->name = ls_reference_parse (name, NULL);
  g_assert_nonnull (record->name);
  record->account = g_strdup (account);
  record->paused = paused;

  return record;
}

static void
add_sequel (LsTransferRecord *record, const char *text, const char *account)
{
  g_autoptr (LsReference) name = ls_reference_parse (text, NULL);

  if (record->sequels == NULL)
    record->sequels = g_ptr_array_new_with_free_func ((GDestroyNotify) ls_transfer_sequel_unref);
  g_ptr_array_add (record->sequels, ls_transfer_sequel_new (name, account, DIGEST));
}

static GPtrArray *
records_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) ls_transfer_record_free);
}

static void
test_round_trip (void)
{
  static const char *const images[] = { DIGEST, DIGEST, NULL };
  g_autoptr (GPtrArray) records = records_new ();
  g_autoptr (GPtrArray) back = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  LsTransferRecord *record;

  g_ptr_array_add (records, record_new (LS_TRANSFER_PULL, "ubuntu:24.04", NULL, FALSE));
  g_ptr_array_add (records,
                   record_new (LS_TRANSFER_PUSH, "localhost:5000/me/app:1", "alice", TRUE));
  record = record_new (LS_TRANSFER_PULL, "ghcr.io/a/b:1@" DIGEST, "名 字 = [x]\\", FALSE);
  record->platforms = ls_platform_choice_new_all ();
  record->images = g_strdupv ((char **) images);
  g_ptr_array_add (records, record);
  record = record_new (LS_TRANSFER_COPY, "ghcr.io/a/c:1", "bob", FALSE);
  record->source = ls_reference_parse ("ubuntu:24.04", NULL);
  g_ptr_array_add (records, record);
  record = record_new (LS_TRANSFER_PULL, "ghcr.io/a/d@" DIGEST, NULL, FALSE);
  record->is_nameless = TRUE;
  g_ptr_array_add (records, record);
  record = record_new (LS_TRANSFER_PULL, "ghcr.io/a/e:1", NULL, FALSE);
  record->failure = g_error_new_literal (LS_ERROR, LS_ERROR_NOT_FOUND, "There is\nno = [x]");
  ls_error_set_subject (record->failure, "ghcr.io/a/e:1");
  g_ptr_array_add (records, record);
  record = record_new (LS_TRANSFER_PULL, "ghcr.io/a/f:1", NULL, FALSE);
  add_sequel (record, "ghcr.io/a/g:1", NULL);
  add_sequel (record, "ghcr.io/a/h:1", "a;b\\");
  g_ptr_array_add (records, record);

  bytes = ls_transfer_records_to_bytes (records);
  back = ls_transfer_records_from_bytes (bytes, &error);
  g_assert_no_error (error);
  text = describe (back);
  g_assert_cmpstr (text, ==,
                   "pull docker.io/library/ubuntu:24.04 - - 0\n"
                   "push localhost:5000/me/app:1 alice - 0 paused\n"
                   "pull ghcr.io/a/b:1@" DIGEST " 名 字 = [x]\\ all 2\n"
                   "copy ghcr.io/a/c:1 bob - 0 from docker.io/library/ubuntu:24.04\n"
                   "pull ghcr.io/a/d@" DIGEST " - - 0 nameless\n"
                   "pull ghcr.io/a/e:1 - - 0 failed 4 There is\nno = [x] (ghcr.io/a/e:1)\n"
                   "pull ghcr.io/a/f:1 - - 0 then push ghcr.io/a/g:1 - then push ghcr.io/a/h:1 "
                   "a;b\\\n");
}

#define HEAD "[journal]\nversion=1\n"
#define GOOD "[transfer 9]\nkind=pull\nname=docker.io/library/good:1\n"
#define GOOD_TEXT "pull docker.io/library/good:1 - - 0\n"

static void
test_parse (void)
{
  static const struct
  {
    const char *text;
    const char *expected; /* NULL: refused as a whole */
  } cases[] = {
    { HEAD, "" },
    { HEAD GOOD, GOOD_TEXT },
    /* Nothing of the kind. */
    { "", NULL },
    { "\n\n\n", NULL },
    { "{\"version\": 1}", NULL },
    { "\xff\xfe\x00", NULL },
    { "[journal", NULL },
    { GOOD, NULL },
    /* Of another version. */
    { "[journal]\nversion=2\n" GOOD, NULL },
    { "[journal]\nversion=0\n" GOOD, NULL },
    { "[journal]\nversion=one\n" GOOD, NULL },
    { "[journal]\nversion=99999999999999999999\n" GOOD, NULL },
    /* What cannot be understood is left out, and the rest is not. */
    { HEAD "[transfer 1]\nkind=teleport\nname=docker.io/a/b:1\n" GOOD, GOOD_TEXT },
    { HEAD "[transfer 1]\nkind=PULL\nname=docker.io/a/b:1\n" GOOD, GOOD_TEXT },
    { HEAD "[transfer 1]\nname=docker.io/a/b:1\n" GOOD, GOOD_TEXT },
    { HEAD "[transfer 1]\nkind=pull\n" GOOD, GOOD_TEXT },
    { HEAD "[transfer 1]\nkind=pull\nname=\n" GOOD, GOOD_TEXT },
    { HEAD "[transfer 1]\nkind=pull\nname=../../etc/passwd\n" GOOD, GOOD_TEXT },
    { HEAD "[transfer 1]\nkind=pull\nname=docker.io/a/b:1\naccount=a\\nb\n" GOOD, GOOD_TEXT },
    { HEAD "[transfer 1]\nkind=pull\nname=docker.io/a/b:1\naccount=\n" GOOD, GOOD_TEXT },
    { HEAD "[transfer 1]\nkind=pull\nname=docker.io/a/b:1\nplatforms=//\n" GOOD, GOOD_TEXT },
    { HEAD "[transfer 1]\nkind=copy\nname=docker.io/a/b:1\n" GOOD, GOOD_TEXT },
    { HEAD "[transfer 1]\nkind=pull\nname=docker.io/a/b:1\nfrom=docker.io/c/d:1\n" GOOD,
      GOOD_TEXT },
    { HEAD "[something]\nkind=pull\nname=docker.io/a/b:1\n" GOOD, GOOD_TEXT },
    /* Cut in the middle of a line. */
    { HEAD GOOD "[transfer 2]\nkind=pull\nname=docker.io/a/b",
      GOOD_TEXT "pull docker.io/a/b - - 0\n" },
    { HEAD GOOD "[transfer 2]\nki", NULL },
    /* Not worth a refusal. */
    { HEAD GOOD "then-push=ghcr.io/a/b:1;\nthen-account=;\nthen-content=" DIGEST ";\n",
      "pull docker.io/library/good:1 - - 0 then push ghcr.io/a/b:1 -\n" },
    { HEAD GOOD "then-push=ghcr.io/a/b:1;\nthen-account=;\n", GOOD_TEXT },
    { HEAD GOOD "then-push=ghcr.io/a/b:1;\nthen-content=" DIGEST ";\n", GOOD_TEXT },
    { HEAD GOOD "then-push=..;\nthen-account=;\nthen-content=" DIGEST ";\n", GOOD_TEXT },
    { HEAD GOOD "then-push=ghcr.io/a/b:1;\nthen-account=;\nthen-content=x;\n", GOOD_TEXT },
    { HEAD GOOD "then-push=ghcr.io/a/b:1;\nthen-account=a\\nb;\nthen-content=" DIGEST ";\n",
      GOOD_TEXT },
    { HEAD "[transfer 1]\nkind=pull\nname=docker.io/library/good:1\nimages=nonsense;\n",
      GOOD_TEXT },
    { HEAD "[transfer 1]\nkind=pull\nname=docker.io/library/good:1\npaused=perhaps\n", GOOD_TEXT },
    { HEAD "[transfer 1]\nkind=pull\nname=docker.io/library/good:1\npriority=high\n", GOOD_TEXT },
    { HEAD "[transfer 1]\nkind=pull\nname=docker.io/library/good:1\nfailure=flood\nmessage=m\n",
      "pull docker.io/library/good:1 - - 0 failed 0 m ((null))\n" },
    { HEAD "[transfer 1]\nkind=pull\nname=docker.io/library/good:1\nfailure=offline\n"
           "bytes-needed=many\nsubject=a\n",
      "pull docker.io/library/good:1 - - 0 failed 6 An earlier run of Longshore could not finish "
      "it (a)\n" },
    { HEAD "[transfer 1]\nkind=pull\nname=docker.io/library/good:1\nimages=" DIGEST "\n",
      "pull docker.io/library/good:1 - - 1\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (cases[i].text, strlen (cases[i].text));
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) records = ls_transfer_records_from_bytes (bytes, &error);

      g_test_message ("case %u", i);
      if (cases[i].expected == NULL)
        {
          g_assert_error (error, LS_ERROR, LS_ERROR_UNSUPPORTED);
          g_assert_null (records);
        }
      else
        {
          g_autofree char *text = NULL;

          g_assert_no_error (error);
          text = describe (records);
          g_assert_cmpstr (text, ==, cases[i].expected);
        }
    }
}

/* Wherever a file is cut, it is read or refused, and there is no third way. */
static void
test_truncated (void)
{
  const char *whole = HEAD "[transfer 1]\nkind=push\nname=docker.io/a/b:1\naccount=alice\n" GOOD;

  for (gsize length = 0; length <= strlen (whole); length++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (whole, length);
      g_autoptr (GPtrArray) records = ls_transfer_records_from_bytes (bytes, NULL);

      if (records != NULL)
        g_assert_cmpuint (records->len, <=, 2);
    }
}

static void
test_is_bounded (void)
{
  g_autoptr (GString) text = g_string_new (HEAD);
  g_autoptr (GPtrArray) records = NULL;
  g_autoptr (GBytes) bytes = NULL;

  for (guint i = 0; i < 3000; i++)
    g_string_append_printf (text, "[transfer %u]\nkind=pull\nname=docker.io/a/b:%u\n", i, i);
  bytes = g_bytes_new (text->str, text->len);
  records = ls_transfer_records_from_bytes (bytes, NULL);
  g_assert_cmpuint (records->len, ==, 1000);
}

typedef struct
{
  LsTestDir *dir;
  char *folder;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->dir = ls_test_dir_new ();
  fixture->folder = ls_test_dir_build (fixture->dir, "data");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_free (fixture->folder);
  ls_test_dir_free (fixture->dir);
}

static LsTransferJournal *
open_journal (Fixture *fixture, const char *expected)
{
  LsTransferJournal *journal = ls_transfer_journal_new (fixture->folder);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) records = ls_transfer_journal_open (journal, &error);
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  text = describe (records);
  g_assert_cmpstr (text, ==, expected);

  return journal;
}

static void
save (LsTransferJournal *journal, const char *const *names)
{
  g_autoptr (GPtrArray) records = records_new ();

  for (guint i = 0; names[i] != NULL; i++)
    g_ptr_array_add (records, record_new (LS_TRANSFER_PULL, names[i], NULL, FALSE));
  ls_transfer_journal_save (journal, records);
}

/* What comes back from workers keeps the journal alive, and not the file. */
static void
close_journal (LsTransferJournal *journal)
{
  ls_transfer_journal_close (journal);
  g_assert_false (ls_transfer_journal_is_open (journal));
  g_object_unref (journal);
}

static gboolean
has_file (Fixture *fixture, const char *name)
{
  g_autofree char *path = g_build_filename (fixture->folder, name, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static void
test_remembers (Fixture *fixture, gconstpointer data)
{
  static const char *const three[] = { "a:1", "b:1", "c:1", NULL };
  static const char *const none[] = { NULL };
  LsTransferJournal *journal = open_journal (fixture, "");

  /* The last word counts. */
  save (journal, none);
  save (journal, three);
  close_journal (journal);

  journal = open_journal (fixture, "pull docker.io/library/a:1 - - 0\n"
                                   "pull docker.io/library/b:1 - - 0\n"
                                   "pull docker.io/library/c:1 - - 0\n");
  save (journal, none);
  close_journal (journal);

  close_journal (open_journal (fixture, ""));
}

static LsTransferJournal *journal_in_use;

static void
save_one (void)
{
  static const char *const one[] = { "a:1", NULL };

  save (journal_in_use, one);
}

/* Also when it is what the file said before. */
static void
test_back_while_writing (Fixture *fixture, gconstpointer data)
{
  static const char *const two[] = { "a:1", "b:1", NULL };

  journal_in_use = open_journal (fixture, "");
  save_one ();
  ls_transfer_journal_flush (journal_in_use);

  on_sync = save_one;
  save (journal_in_use, two);
  ls_transfer_journal_flush (journal_in_use);
  g_assert_null (on_sync);
  close_journal (journal_in_use);

  close_journal (open_journal (fixture, "pull docker.io/library/a:1 - - 0\n"));
}

/* One process does not get what another one is at, and both are remembered. */
static void
test_two_processes (Fixture *fixture, gconstpointer data)
{
  static const char *const a[] = { "a:1", NULL };
  static const char *const b[] = { "b:1", NULL };
  LsTransferJournal *first = open_journal (fixture, "");
  LsTransferJournal *second;
  LsTransferJournal *third;

  save (first, a);
  ls_transfer_journal_flush (first);
  second = open_journal (fixture, "");
  save (second, b);
  close_journal (second);

  /* The first one still lives. Nobody lost the second one's. */
  second = open_journal (fixture, "pull docker.io/library/b:1 - - 0\n");
  close_journal (first);

  third = open_journal (fixture, "pull docker.io/library/a:1 - - 0\n");
  close_journal (third);
  close_journal (second);

  third = open_journal (fixture, "pull docker.io/library/a:1 - - 0\n"
                                 "pull docker.io/library/b:1 - - 0\n");
  g_assert_false (has_file (fixture, "transfers-1.ini"));
  close_journal (third);

  /* Taken over means written down, also when nothing is saved after that. */
  close_journal (open_journal (fixture, "pull docker.io/library/a:1 - - 0\n"
                                        "pull docker.io/library/b:1 - - 0\n"));
}

/* What could not be written down stays where it is. */
static void
test_taken_over_in_vain (Fixture *fixture, gconstpointer data)
{
  static const char *const b[] = { "b:1", NULL };
  g_autofree char *obstacle = g_build_filename (fixture->folder, "transfers.ini.new", NULL);
  LsTransferJournal *first = open_journal (fixture, "");
  LsTransferJournal *second = open_journal (fixture, "");

  save (second, b);
  close_journal (second);
  close_journal (first);
  g_assert_cmpint (g_mkdir (obstacle, 0700), ==, 0);

  close_journal (open_journal (fixture, "pull docker.io/library/b:1 - - 0\n"));
  g_assert_cmpint (g_rmdir (obstacle), ==, 0);

  close_journal (open_journal (fixture, "pull docker.io/library/b:1 - - 0\n"));
}

static void
test_garbage_is_kept_aside (Fixture *fixture, gconstpointer data)
{
  static const char *const a[] = { "a:1", NULL };
  g_autofree char *path = g_build_filename (fixture->folder, "transfers.ini", NULL);
  g_autofree char *aside = g_build_filename (fixture->folder, "transfers.ini.unreadable", NULL);
  g_autofree char *kept = NULL;
  LsTransferJournal *journal;

  close_journal (open_journal (fixture, ""));
  g_assert_true (g_file_set_contents (path, "[journal]\nversion=7\n", -1, NULL));

  journal = open_journal (fixture, "");
  save (journal, a);
  close_journal (journal);
  g_assert_true (g_file_get_contents (aside, &kept, NULL, NULL));
  g_assert_cmpstr (kept, ==, "[journal]\nversion=7\n");
  close_journal (open_journal (fixture, "pull docker.io/library/a:1 - - 0\n"));
}

/* Without a place to write to there is no journal, and no harm. */
static void
test_no_folder (Fixture *fixture, gconstpointer data)
{
  static const char *const a[] = { "a:1", NULL };
  g_autoptr (LsTransferJournal) journal = ls_transfer_journal_new (fixture->folder);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (fixture->folder, "a file", -1, NULL));
  g_assert_null (ls_transfer_journal_open (journal, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_STORE);
  g_assert_false (ls_transfer_journal_is_open (journal));
  save (journal, a);
  ls_transfer_journal_flush (journal);
}

static void
add_test (const char *path, void (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/transfer-journal/round-trip", test_round_trip);
  g_test_add_func ("/transfer-journal/parse", test_parse);
  g_test_add_func ("/transfer-journal/truncated", test_truncated);
  g_test_add_func ("/transfer-journal/is-bounded", test_is_bounded);
  add_test ("/transfer-journal/remembers", test_remembers);
  add_test ("/transfer-journal/back-while-writing", test_back_while_writing);
  add_test ("/transfer-journal/two-processes", test_two_processes);
  add_test ("/transfer-journal/taken-over-in-vain", test_taken_over_in_vain);
  add_test ("/transfer-journal/garbage-is-kept-aside", test_garbage_is_kept_aside);
  add_test ("/transfer-journal/no-folder", test_no_folder);

  return g_test_run ();
}
