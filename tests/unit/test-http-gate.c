/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-http-gate.h"

#define HOST "registry.example"
#define OTHER "other.example:5000"
#define HOUR (3600 * (gint64) G_USEC_PER_SEC)

static gpointer
cancel (gpointer data)
{
  g_cancellable_cancel (data);

  return NULL;
}

/* Somebody who would have to wait and is told not to any more. Says nothing where
 * the way is free: it may be told before it has looked. */
static void
assert_waits (LsHttpGate *gate, const char *host, LsHttpGateFlags flags)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (LsHttpLease) lease = NULL;
  GThread *thread = g_thread_new ("cancel", cancel, cancellable);

  lease = ls_http_gate_enter (gate, host, flags, cancellable, &error);
  g_thread_join (thread);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (lease);
}

static void
assert_passes (LsHttpGate *gate, const char *host, LsHttpGateFlags flags)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LsHttpLease) lease = ls_http_gate_enter (gate, host, flags, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (lease);
}

static gpointer
enter (gpointer data)
{
  return ls_http_gate_enter (data, HOST, LS_HTTP_GATE_NONE, NULL, NULL);
}

static gpointer
leave (gpointer data)
{
  ls_http_lease_free (data);

  return NULL;
}

/* The lease of another thread. */
static LsHttpLease *
enter_elsewhere (LsHttpGate *gate)
{
  return g_thread_join (g_thread_new ("enter", enter, gate));
}

static void
test_limits (void)
{
  g_autoptr (LsHttpGate) gate = ls_http_gate_new (3, 2, NULL, NULL);
  g_autoptr (LsHttpLease) one = enter_elsewhere (gate);
  g_autoptr (LsHttpLease) two = enter_elsewhere (gate);

  assert_waits (gate, HOST, LS_HTTP_GATE_NONE);
  assert_passes (gate, OTHER, LS_HTTP_GATE_NONE);

  g_clear_pointer (&two, ls_http_lease_free);
  assert_passes (gate, HOST, LS_HTTP_GATE_NONE);
}

/* Who waits passes as soon as the limit is raised. */
static void
test_other_limits (void)
{
  g_autoptr (LsHttpGate) gate = ls_http_gate_new (1, 1, NULL, NULL);
  g_autoptr (LsHttpLease) one = enter_elsewhere (gate);
  g_autoptr (LsHttpLease) two = NULL;
  GThread *thread = g_thread_new ("enter", enter, gate);

  ls_http_gate_set_limits (gate, 2, 2);
  two = g_thread_join (thread);

  ls_http_gate_set_limits (gate, 1, 1);
  assert_waits (gate, HOST, LS_HTTP_GATE_NONE);
}

/* Whoever has passed is not held up by others, who may wait for what he has. */
static void
test_one_within_another (void)
{
  g_autoptr (LsHttpGate) gate = ls_http_gate_new (1, 1, NULL, NULL);
  g_autoptr (LsHttpLease) one = ls_http_gate_enter (gate, HOST, LS_HTTP_GATE_NONE, NULL, NULL);
  g_autoptr (LsHttpLease) other = NULL;

  assert_passes (gate, HOST, LS_HTTP_GATE_NONE);
  assert_passes (gate, OTHER, LS_HTTP_GATE_IS_PATIENT);

  g_clear_pointer (&one, ls_http_lease_free);
  other = enter_elsewhere (gate);
  assert_waits (gate, HOST, LS_HTTP_GATE_NONE);
  assert_waits (gate, OTHER, LS_HTTP_GATE_NONE);
}

/* What was got by one thread and given back by another is given back. */
static void
test_given_back_elsewhere (void)
{
  g_autoptr (LsHttpGate) gate = ls_http_gate_new (1, 1, NULL, NULL);
  LsHttpLease *lease = ls_http_gate_enter (gate, HOST, LS_HTTP_GATE_NONE, NULL, NULL);
  g_autoptr (LsHttpLease) other = NULL;

  g_thread_join (g_thread_new ("leave", leave, lease));
  other = enter_elsewhere (gate);
  assert_waits (gate, HOST, LS_HTTP_GATE_NONE);
}

/* What those who have passed wait for is not held up by them. */
static void
test_awaited (void)
{
  g_autoptr (LsHttpGate) gate = ls_http_gate_new (1, 1, NULL, NULL);
  g_autoptr (LsHttpLease) one = enter_elsewhere (gate);

  assert_waits (gate, HOST, LS_HTTP_GATE_NONE);
  assert_passes (gate, HOST, LS_HTTP_GATE_IS_AWAITED);

  ls_http_gate_pause_host (gate, HOST, HOST, g_get_real_time () + HOUR);
  assert_waits (gate, HOST, LS_HTTP_GATE_IS_AWAITED | LS_HTTP_GATE_IS_PATIENT);
}

/* A pause holds up the patient, at that host only, until it is over. */
static void
test_pause (void)
{
  g_autoptr (LsHttpGate) gate = ls_http_gate_new (8, 8, NULL, NULL);
  gint64 now = g_get_real_time ();

  g_assert_cmpint (ls_http_gate_get_pause (gate, HOST), ==, 0);
  ls_http_gate_pause_host (gate, HOST, HOST, now + HOUR);
  g_assert_cmpint (ls_http_gate_get_pause (gate, HOST), >=, (now + HOUR) / G_USEC_PER_SEC);
  g_assert_cmpint (ls_http_gate_get_pause (gate, HOST), <=, (now + HOUR) / G_USEC_PER_SEC + 1);
  g_assert_cmpint (ls_http_gate_get_pause (gate, OTHER), ==, 0);

  assert_waits (gate, HOST, LS_HTTP_GATE_IS_PATIENT);
  assert_passes (gate, HOST, LS_HTTP_GATE_NONE);
  assert_passes (gate, OTHER, LS_HTTP_GATE_IS_PATIENT);

  /* What ends sooner changes nothing. */
  ls_http_gate_pause_host (gate, HOST, HOST, now + 1);
  g_assert_cmpint (ls_http_gate_get_pause (gate, HOST), >=, (now + HOUR) / G_USEC_PER_SEC);
}

static void
test_pause_that_is_over (void)
{
  g_autoptr (LsHttpGate) gate = ls_http_gate_new (8, 8, NULL, NULL);

  ls_http_gate_pause_host (gate, HOST, HOST, g_get_real_time ());
  g_assert_cmpint (ls_http_gate_get_pause (gate, HOST), ==, 0);
  assert_passes (gate, HOST, LS_HTTP_GATE_IS_PATIENT);
}

/* The storage behind a registry wants a pause: the registry is shown as waiting,
 * but may be asked for other things. */
static void
test_pause_behind (void)
{
  g_autoptr (LsHttpGate) gate = ls_http_gate_new (8, 8, NULL, NULL);

  ls_http_gate_pause_host (gate, OTHER, HOST, g_get_real_time () + HOUR);
  g_assert_cmpint (ls_http_gate_get_pause (gate, HOST), >, 0);
  assert_passes (gate, HOST, LS_HTTP_GATE_IS_PATIENT);
  assert_waits (gate, OTHER, LS_HTTP_GATE_IS_PATIENT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/http/gate/limits", test_limits);
  g_test_add_func ("/http/gate/other-limits", test_other_limits);
  g_test_add_func ("/http/gate/one-within-another", test_one_within_another);
  g_test_add_func ("/http/gate/given-back-elsewhere", test_given_back_elsewhere);
  g_test_add_func ("/http/gate/awaited", test_awaited);
  g_test_add_func ("/http/gate/pause", test_pause);
  g_test_add_func ("/http/gate/pause-that-is-over", test_pause_that_is_over);
  g_test_add_func ("/http/gate/pause-behind", test_pause_behind);

  return g_test_run ();
}
