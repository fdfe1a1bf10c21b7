/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-error.h"
#include "ls-speed-meter.h"
#include "ls-transfer-job.h"
#include "ls-transfer-sequel.h"
#include "ls-transfer.h"

G_BEGIN_DECLS

/* What the files of LsTransfer share. */

struct _LsTransfer
{
  GObject parent_instance;

  LsTransferKind kind;
  LsReference *name;
  char *title;
  char *account;
  LsImageSource *source;
  LsImageDestination *destination;
  LsPlatformChoice *platforms;
  char *content; /* of a push: the digest that was asked for */
  GPtrArray *sequels; /* LsTransferSequel; of a pull */

  LsTransferState state;
  GError *error;
  gboolean interrupted;
  gboolean goes_on;  /* interrupted, and not because the user paused it */
  GStrv expected_images; /* of a pull; unset until known */

  /* The attempt that is under way. */
  LsTransferJob *job;
  GCancellable *cancellable;
  LsTransferState stop_as; /* what a job that is stopped leaves the transfer in */
  guint publish_id;
  gboolean shows_layers; /* layers are this attempt's, not those of the one before */

  /* Going on. */
  GNetworkMonitor *monitor; /* unset: nobody would start it again, so it does not wait */
  gboolean reached;         /* an attempt got as far as to know the layers */
  guint fruitless;          /* attempts in a row that got no further */
  gint64 furthest;          /* how many bytes were at the destination then */
  gint64 waiting_until;     /* seconds of Unix time; 0: not waiting */
  LsError waiting_reason;   /* of LS_ERROR; means nothing while not waiting */
  gint64 moved;             /* by this attempt, when it was last seen to move */
  gint64 moved_at;          /* monotonic time */

  GListStore *layers;
  gint64 bytes_done;
  gint64 bytes_total;
  LsSpeedMeter speed;
  char *digest;
  gint64 manifest_size;
  gboolean up_to_date;
};

enum
{
  PROP_0,
  PROP_KIND,
  PROP_IS_REPAIR,
  PROP_NAME,
  PROP_STATE,
  PROP_TITLE,
  PROP_FROM,
  PROP_TO,
  PROP_REGISTRY,
  PROP_ACCOUNT,
  PROP_INTERRUPTED,
  PROP_GOES_ON,
  PROP_EXPECTED_IMAGES,
  PROP_WAITING_UNTIL,
  PROP_WAITING_REASON,
  PROP_BYTES_DONE,
  PROP_BYTES_TOTAL,
  PROP_FRACTION,
  PROP_BYTES_PER_SECOND,
  PROP_SECONDS_LEFT,
  PROP_DIGEST,
  PROP_MANIFEST_SIZE,
  PROP_UP_TO_DATE,
  PROP_ERROR,
  PROP_LAYERS,
  N_PROPS
};

void ls_transfer_notify      (LsTransfer *self,
                              guint       prop_id);
void ls_transfer_set_waiting (LsTransfer *self,
                              gint64      when,
                              LsError     reason);
void ls_transfer_publish     (LsTransfer *self);
char *ls_transfer_make_title (LsTransfer *self);

G_END_DECLS
