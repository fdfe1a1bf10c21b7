/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-proxy-resolver.h"

#include "ls-origin.h"

struct _LsProxyResolver
{
  GObject parent_instance;
};

static void iface_init (GProxyResolverInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LsProxyResolver, ls_proxy_resolver, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_PROXY_RESOLVER, iface_init))

static gboolean
is_supported (GProxyResolver *resolver)
{
  return TRUE;
}

/* Returns: (transfer full) (nullable): the answer, where the desktop need not be asked */
static char **
answer (const char *uri)
{
  static const char *const direct[] = { "direct://", NULL };
  g_autoptr (GUri) parsed = g_uri_parse (uri, LS_URI_FLAGS, NULL);
  const char *host = parsed != NULL ? g_uri_get_host (parsed) : NULL;

  if (host == NULL || !ls_host_is_loopback (host))
    return NULL;

  return g_strdupv ((char **) direct);
}

static char **
lookup (GProxyResolver *resolver, const char *uri, GCancellable *cancellable, GError **error)
{
  char **proxies = answer (uri);

  if (proxies != NULL)
    return proxies;

  return g_proxy_resolver_lookup (g_proxy_resolver_get_default (), uri, cancellable, error);
}

static void
on_looked_up (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  char **proxies = g_proxy_resolver_lookup_finish (G_PROXY_RESOLVER (source), result, &error);

  if (proxies != NULL)
    g_task_return_pointer (task, proxies, (GDestroyNotify) g_strfreev);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
lookup_async (GProxyResolver *resolver, const char *uri, GCancellable *cancellable,
              GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (resolver, cancellable, callback, user_data);
  char **proxies = answer (uri);

  g_task_set_source_tag (task, lookup_async);
  if (proxies != NULL)
    g_task_return_pointer (task, proxies, (GDestroyNotify) g_strfreev);
  else
    g_proxy_resolver_lookup_async (g_proxy_resolver_get_default (), uri, cancellable, on_looked_up,
                                   g_steal_pointer (&task));
}

static char **
lookup_finish (GProxyResolver *resolver, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, resolver), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
iface_init (GProxyResolverInterface *iface)
{
  iface->is_supported = is_supported;
  iface->lookup = lookup;
  iface->lookup_async = lookup_async;
  iface->lookup_finish = lookup_finish;
}

static void
ls_proxy_resolver_class_init (LsProxyResolverClass *klass)
{
}

static void
ls_proxy_resolver_init (LsProxyResolver *self)
{
}

/**
 * ls_proxy_resolver_new:
 *
 * Returns: (transfer full): a resolver, which asks GIO's own only when it has to
 */
GProxyResolver *
ls_proxy_resolver_new (void)
{
  return g_object_new (LS_TYPE_PROXY_RESOLVER, NULL);
}
