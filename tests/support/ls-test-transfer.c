/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-test-transfer.h"

#include "ls-test-await.h"

#define LS_TYPE_TEST_NETWORK (ls_test_network_get_type ())
G_DECLARE_FINAL_TYPE (LsTestNetwork, ls_test_network, LS, TEST_NETWORK, GObject)

struct _LsTestNetwork
{
  GObject parent_instance;

  gboolean available;
};

enum
{
  PROP_0,
  PROP_NETWORK_AVAILABLE,
  PROP_NETWORK_METERED,
  PROP_CONNECTIVITY,
};

static gboolean
init (GInitable *initable, GCancellable *cancellable, GError **error)
{
  return TRUE;
}

static void
initable_init (GInitableIface *iface)
{
  iface->init = init;
}

static void
monitor_init (GNetworkMonitorInterface *iface)
{
}

G_DEFINE_FINAL_TYPE_WITH_CODE (LsTestNetwork, ls_test_network, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_INITABLE, initable_init)
                                   G_IMPLEMENT_INTERFACE (G_TYPE_NETWORK_MONITOR, monitor_init))

static void
ls_test_network_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_NETWORK_AVAILABLE:
      g_value_set_boolean (value, LS_TEST_NETWORK (object)->available);
      break;
    case PROP_NETWORK_METERED:
      g_value_set_boolean (value, FALSE);
      break;
    case PROP_CONNECTIVITY:
      g_value_set_enum (value, G_NETWORK_CONNECTIVITY_FULL);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ls_test_network_class_init (LsTestNetworkClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = ls_test_network_get_property;
  g_object_class_override_property (object_class, PROP_NETWORK_AVAILABLE, "network-available");
  g_object_class_override_property (object_class, PROP_NETWORK_METERED, "network-metered");
  g_object_class_override_property (object_class, PROP_CONNECTIVITY, "connectivity");
}

static void
ls_test_network_init (LsTestNetwork *self)
{
  self->available = TRUE;
}

GNetworkMonitor *
ls_test_network_new (void)
{
  return g_object_new (LS_TYPE_TEST_NETWORK, NULL);
}

void
ls_test_network_set_available (GNetworkMonitor *monitor, gboolean available)
{
  LS_TEST_NETWORK (monitor)->available = available;
  g_signal_emit_by_name (monitor, "network-changed", available);
}

LsTransfer *
ls_test_transfer_new (LsTransferKind kind, const char *name, LsTestPlace *source,
                      LsTestPlace *destination)
{
  g_autoptr (LsReference) reference = ls_reference_parse (name, NULL);

  g_assert_nonnull (reference);

  return ls_transfer_new (kind, reference, LS_IMAGE_SOURCE (source),
                          LS_IMAGE_DESTINATION (destination));
}

typedef struct
{
  LsTransfer *transfer;
  LsTransferState state;
} Wish;

static gboolean
is_granted (gpointer data)
{
  Wish *wish = data;

  return ls_transfer_get_state (wish->transfer) == wish->state;
}

void
ls_test_transfer_await (LsTransfer *transfer, LsTransferState state)
{
  Wish wish = { transfer, state };

  ls_test_await_until (is_granted, &wish);
}

void
ls_test_transfer_cancel_all (LsTransferQueue *queue)
{
  guint n_items = g_list_model_get_n_items (G_LIST_MODEL (queue));

  for (guint i = 0; i < n_items; i++)
    {
      g_autoptr (LsTransfer) transfer = g_list_model_get_item (G_LIST_MODEL (queue), i);

      ls_transfer_cancel (transfer);
    }
}

guint
ls_test_transfer_count_layers (LsTransfer *transfer, LsLayerState state, gint64 *n_bytes)
{
  GListModel *layers = ls_transfer_get_layers (transfer);
  guint n_layers = 0;
  gint64 sum = 0;

  for (guint i = 0; i < g_list_model_get_n_items (layers); i++)
    {
      g_autoptr (LsTransferLayer) layer = g_list_model_get_item (layers, i);

      if (ls_transfer_layer_get_state (layer) != state)
        continue;
      n_layers++;
      sum += ls_transfer_layer_get_bytes_total (layer);
    }
  if (n_bytes != NULL)
    *n_bytes = sum;

  return n_layers;
}
