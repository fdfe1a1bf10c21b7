/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-test-resolver.h"

struct _LsTestResolver
{
  GResolver parent_instance;

  GHashTable *addresses; /* name -> address, as text */
};

G_DEFINE_FINAL_TYPE (LsTestResolver, ls_test_resolver, G_TYPE_RESOLVER)

static GList *
lookup (GResolver *resolver, const char *name, GCancellable *cancellable, GError **error)
{
  LsTestResolver *self = LS_TEST_RESOLVER (resolver);
  const char *address = g_hash_table_lookup (self->addresses, name);

  if (address == NULL)
    {
      g_set_error (error, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, "No such name: %s", name);
      return NULL;
    }

  return g_list_append (NULL, g_inet_address_new_from_string (address));
}

static GList *
lookup_with_flags (GResolver *resolver, const char *name, GResolverNameLookupFlags flags,
                   GCancellable *cancellable, GError **error)
{
  return lookup (resolver, name, cancellable, error);
}

static void
ls_test_resolver_finalize (GObject *object)
{
  LsTestResolver *self = LS_TEST_RESOLVER (object);

  g_hash_table_unref (self->addresses);

  G_OBJECT_CLASS (ls_test_resolver_parent_class)->finalize (object);
}

static void
ls_test_resolver_class_init (LsTestResolverClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ls_test_resolver_finalize;
  G_RESOLVER_CLASS (klass)->lookup_by_name = lookup;
  G_RESOLVER_CLASS (klass)->lookup_by_name_with_flags = lookup_with_flags;
}

static void
ls_test_resolver_init (LsTestResolver *self)
{
  self->addresses = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

/* Returns: (transfer full): the resolver that is asked from now on */
LsTestResolver *
ls_test_resolver_install (void)
{
  LsTestResolver *self = g_object_new (LS_TEST_TYPE_RESOLVER, NULL);

  g_resolver_set_default (G_RESOLVER (self));

  return self;
}

void
ls_test_resolver_add (LsTestResolver *self, const char *name, const char *address)
{
  g_hash_table_replace (self->addresses, g_strdup (name), g_strdup (address));
}
