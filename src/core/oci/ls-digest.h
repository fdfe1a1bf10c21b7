/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A digest that was checked against the grammar of the OCI image
 * specification (descriptor.md, "Digests"), so that it may become part of a
 * path or a URL. Immutable, reference counted. sha256 and sha512 only: what
 * cannot be verified is refused. */

typedef struct _LsDigest LsDigest;

#define LS_TYPE_DIGEST (ls_digest_get_type ())
GType ls_digest_get_type (void);

LsDigest   *ls_digest_parse         (const char      *text,
                                     GError         **error);
LsDigest   *ls_digest_for_bytes     (GBytes          *bytes);
LsDigest   *ls_digest_ref           (LsDigest        *digest);
void        ls_digest_unref         (LsDigest        *digest);
const char *ls_digest_to_string     (const LsDigest  *digest);
const char *ls_digest_get_algorithm (const LsDigest  *digest);
const char *ls_digest_get_hex       (const LsDigest  *digest);
char       *ls_digest_dup_short     (const LsDigest  *digest);
guint       ls_digest_hash          (gconstpointer    digest);
gboolean    ls_digest_equal         (gconstpointer    a,
                                     gconstpointer    b);
gboolean    ls_digest_matches       (const LsDigest  *digest,
                                     GBytes          *bytes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsDigest, ls_digest_unref)

/* Computes a digest over bytes as they come. Not thread-safe by itself. */

typedef struct _LsHasher LsHasher;

LsHasher *ls_hasher_new    (const char    *algorithm);
void      ls_hasher_update (LsHasher      *hasher,
                            gconstpointer  data,
                            gsize          size);
LsDigest *ls_hasher_finish (LsHasher      *hasher);
void      ls_hasher_free   (LsHasher      *hasher);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsHasher, ls_hasher_free)

G_END_DECLS
