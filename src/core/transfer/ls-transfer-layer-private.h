/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-error.h"
#include "ls-transfer-layer.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* The side of a layer that the workers see: they report at any rate from any
 * thread; the main context publishes what was reported last. */

LsTransferLayer *ls_transfer_layer_new            (LsDescriptor    *blob);
LsDescriptor    *ls_transfer_layer_get_blob       (LsTransferLayer *self);
void             ls_transfer_layer_report         (LsTransferLayer *self,
                                                   LsLayerState     state,
                                                   gint64           bytes_done);
void             ls_transfer_layer_begin_attempt  (LsTransferLayer *self);
gint64           ls_transfer_layer_get_moved      (LsTransferLayer *self);
void             ls_transfer_layer_report_mounted (LsTransferLayer *self,
                                                   const char      *repository);
void             ls_transfer_layer_report_retry   (LsTransferLayer *self,
                                                   gint64           when,
                                                   LsError          reason);
gint64           ls_transfer_layer_get_retry      (LsTransferLayer *self,
                                                   LsError         *reason);
LsLayerState     ls_transfer_layer_peek           (LsTransferLayer *self,
                                                   gint64          *bytes_done);
void             ls_transfer_layer_publish        (LsTransferLayer *self);
void             ls_transfer_layer_publish_all    (GListModel      *layers);

G_END_DECLS
