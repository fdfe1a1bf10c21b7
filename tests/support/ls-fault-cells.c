/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-fault-cells.h"

#include "ls-buffer-pool.h"

#include <string.h>

static const guint statuses[] = { 401, 403, 404, 416, 429, 500, 503 };

static const LsFaultKind at_a_byte[] = { LS_FAULT_RESET, LS_FAULT_CLOSE, LS_FAULT_STALL,
                                         LS_FAULT_CORRUPT };

typedef struct
{
  GPtrArray *cells;
  const LsFaultRule *rules;
  const LsFaultStep *step;
  gboolean always;
} Builder;

/* What is behind a step, whatever the digest: several are alike. */
typedef struct
{
  const LsFaultStep *first;
  const LsFaultStep *largest;
} Family;

static void
cell_free (LsFaultCell *cell)
{
  g_free (cell->title);
  g_free (cell->step);
  g_free (cell);
}

static const char *
name_kind (LsFaultKind kind)
{
  static const char *const names[] = { "nothing", "reset",  "close",   "stall",
                                       "corrupt", "status", "garbage", "signal" };

  return names[kind];
}

static char *
build_title (LsFaultCell *cell)
{
  static const char *const points[] = { "at the request", "in the request at", "at the reply",
                                        "in the head of the reply", "in the reply at" };
  const LsFault *fault = &cell->fault;
  g_autoptr (GString) title = g_string_new (cell->step);

  if (fault->nth > 1)
    g_string_append_printf (title, " #%u", fault->nth);
  g_string_append_printf (title, ", %s", name_kind (fault->kind));
  if (fault->status != 0)
    g_string_append_printf (title, " %u", fault->status);
  if (fault->headers != NULL)
    g_string_append (title, " with Retry-After");
  g_string_append_printf (title, " %s", points[fault->point]);
  if (fault->point == LS_FAULT_AT_REQUEST_BODY || fault->point == LS_FAULT_AT_REPLY_BODY)
    g_string_append_printf (title, " %" G_GINT64_FORMAT, fault->offset);
  if (fault->nth == 0)
    g_string_append (title, ", each time");

  return g_strdup (title->str);
}

/* How the names of requests for the same thing start, whatever part they ask for. */
static char *
dup_start (const char *name)
{
  const char *space = strchr (strchr (name, ' ') + 1, ' ');

  return space != NULL ? g_strndup (name, space - name) : g_strdup (name);
}

static gint64
get_body_size (const LsFaultStep *step)
{
  return MAX (step->request_size, step->reply_size);
}

static const LsFaultRule *
find_rule (const LsFaultRule *rules, const LsFaultStep *step, const LsFault *fault)
{
  for (const LsFaultRule *rule = rules; rule->step != NULL; rule++)
    if (g_str_has_prefix (step->name, rule->step) && rule->kind == fault->kind
        && rule->status == fault->status && (rule->nth == 0 || rule->nth == step->nth))
      return rule;

  return NULL;
}

static const LsFaultRule *
look_up (Builder *self, const LsFault *fault)
{
  const LsFaultRule *rule = find_rule (self->rules, self->step, fault);

  if (rule == NULL)
    rule = find_rule (ls_fault_common_rules, self->step, fault);
  if (rule != NULL)
    return rule;

  g_error ("%s: nothing is said of a %s (%u)", self->step->name, name_kind (fault->kind),
           fault->status);
}

static void
add (Builder *self, LsFault fault)
{
  const LsFaultRule *rule = self->rules != NULL ? look_up (self, &fault) : NULL;
  LsFaultCell *cell = g_new0 (LsFaultCell, 1);

  cell->required = LS_FAULT_RECOVERS;
  if (rule != NULL)
    {
      cell->required = self->always ? rule->always : rule->once;
      cell->may_recover = rule->may_recover && !self->always;
    }
  cell->step = self->always ? dup_start (self->step->name) : g_strdup (self->step->name);
  cell->fault = fault;
  cell->fault.step = cell->step;
  cell->fault.nth = self->always ? 0 : self->step->nth;
  cell->body_size = get_body_size (self->step);
  cell->title = build_title (cell);
  g_ptr_array_add (self->cells, cell);
}

/* At the boundaries of a body: the first byte, the second, one where a buffer ends,
 * and the last. */
static void
add_in_body (Builder *self, LsFaultPoint point, gint64 size)
{
  const gint64 offsets[] = { 0, 1, (gint64) LS_BUFFER_SIZE, size - 1 };

  for (gsize i = 0; i < G_N_ELEMENTS (offsets); i++)
    {
      if (offsets[i] >= size || (i > 0 && offsets[i] <= offsets[i - 1]))
        continue;
      for (gsize k = 0; k < G_N_ELEMENTS (at_a_byte); k++)
        if (at_a_byte[k] != LS_FAULT_CORRUPT || offsets[i] != 1)
          add (self, (LsFault){ .kind = at_a_byte[k], .point = point, .offset = offsets[i] });
    }
}

static void
add_statuses (Builder *self, LsFaultPoint point, gint64 offset)
{
  for (gsize i = 0; i < G_N_ELEMENTS (statuses); i++)
    add (self,
         (LsFault){
             .kind = LS_FAULT_STATUS, .status = statuses[i], .point = point, .offset = offset });
}

/* Every fault, where it does the most harm. */
static void
add_once_briefly (Builder *self)
{
  add (self, (LsFault){ .kind = LS_FAULT_RESET });
  add (self, (LsFault){ .kind = LS_FAULT_STALL });
  add (self, (LsFault){ .kind = LS_FAULT_CLOSE, .point = LS_FAULT_AT_REPLY_HEAD });
  add_statuses (self, LS_FAULT_AT_REQUEST, 0);
  if (self->step->reply_size > 0)
    add (self, (LsFault){ .kind = LS_FAULT_CORRUPT, .point = LS_FAULT_AT_REPLY_BODY });
  if (self->step->request_size > 0)
    add (self, (LsFault){ .kind = LS_FAULT_CORRUPT, .point = LS_FAULT_AT_REQUEST_BODY });
}

/* Every fault at every point. */
static void
add_once (Builder *self)
{
  const LsFaultPoint heads[] = { LS_FAULT_AT_REQUEST, LS_FAULT_AT_REPLY, LS_FAULT_AT_REPLY_HEAD };

  for (gsize i = 0; i < G_N_ELEMENTS (heads); i++)
    {
      add (self, (LsFault){ .kind = LS_FAULT_RESET, .point = heads[i] });
      add (self, (LsFault){ .kind = LS_FAULT_CLOSE, .point = heads[i] });
      add (self, (LsFault){ .kind = LS_FAULT_STALL, .point = heads[i] });
    }
  add (self, (LsFault){ .kind = LS_FAULT_GARBAGE, .point = LS_FAULT_AT_REPLY });
  add_statuses (self, LS_FAULT_AT_REQUEST, 0);
  add (self, (LsFault){ .kind = LS_FAULT_STATUS, .status = 429, .headers = "Retry-After: 1\r\n" });
  add (self, (LsFault){ .kind = LS_FAULT_STATUS, .status = 503, .headers = "Retry-After: 1\r\n" });

  if (self->step->reply_size > 0)
    add_in_body (self, LS_FAULT_AT_REPLY_BODY, self->step->reply_size);
  if (self->step->request_size > 0)
    {
      add_in_body (self, LS_FAULT_AT_REQUEST_BODY, self->step->request_size);
      add_statuses (self, LS_FAULT_AT_REQUEST_BODY, self->step->request_size / 2);
    }
}

static void
add_always (Builder *self)
{
  add (self, (LsFault){ .kind = LS_FAULT_RESET });
  add (self, (LsFault){ .kind = LS_FAULT_STALL });
  add (self, (LsFault){ .kind = LS_FAULT_CLOSE, .point = LS_FAULT_AT_REPLY_HEAD });
  add (self, (LsFault){ .kind = LS_FAULT_GARBAGE });
  add_statuses (self, LS_FAULT_AT_REQUEST, 0);
  if (self->step->reply_size > 0)
    add (self, (LsFault){ .kind = LS_FAULT_CORRUPT, .point = LS_FAULT_AT_REPLY_BODY });
  if (self->step->request_size > 0)
    add (self, (LsFault){ .kind = LS_FAULT_CORRUPT, .point = LS_FAULT_AT_REQUEST_BODY });
}

/* Who is killed does not care for statuses. */
static void
add_kills (Builder *self, gboolean briefly)
{
  const LsFaultStep *step = self->step;
  const gint64 offsets[] = { 1, (gint64) LS_BUFFER_SIZE, get_body_size (step) - 1 };
  LsFault fault = { .kind = LS_FAULT_SIGNAL };

  add (self, fault);
  fault.point = LS_FAULT_AT_REPLY;
  add (self, fault);

  fault.point = step->request_size > 0 ? LS_FAULT_AT_REQUEST_BODY : LS_FAULT_AT_REPLY_BODY;
  for (gsize i = 0; i < G_N_ELEMENTS (offsets) && !briefly; i++)
    {
      fault.offset = offsets[i];
      if (fault.offset < get_body_size (step) && (i == 0 || fault.offset > offsets[i - 1]))
        add (self, fault);
    }
}

static char *
dup_family_name (const LsFaultStep *step)
{
  g_autofree char *start = dup_start (step->name);
  const char *colon = strchr (start, ':');

  return g_strndup (start, colon != NULL ? (gsize) (colon - start) : strlen (start));
}

static GHashTable *
find_families (GPtrArray *steps)
{
  GHashTable *families = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (guint i = 0; i < steps->len; i++)
    {
      LsFaultStep *step = steps->pdata[i];
      g_autofree char *name = dup_family_name (step);
      Family *family = g_hash_table_lookup (families, name);

      if (family == NULL)
        {
          family = g_new0 (Family, 1);
          family->first = family->largest = step;
          g_hash_table_insert (families, g_steal_pointer (&name), family);
        }
      else if (get_body_size (step) > get_body_size (family->largest))
        {
          family->largest = step;
        }
    }

  return families;
}

/* Those of one blob come at the same time, and it matters which of them goes wrong. */
static gboolean
is_range (const char *name)
{
  return g_str_has_prefix (name, "GET ") && strchr (name + strlen ("GET "), ' ') != NULL;
}

static gboolean
counts (const LsFaultStep *step, const LsFaultMatrix *matrix)
{
  if (matrix->scene.way == LS_FAULT_PULL_IN_RANGES && !is_range (step->name))
    return FALSE;

  return matrix->only == NULL || g_str_has_prefix (step->name, matrix->only);
}

static gboolean
takes_long (const LsFaultCell *cell)
{
  return cell->fault.kind == LS_FAULT_STALL && cell->fault.nth == 0;
}

/* Those that take long come first, so that nobody waits for them alone. */
static int
compare_cells (gconstpointer a, gconstpointer b)
{
  const LsFaultCell *const *first = a;
  const LsFaultCell *const *second = b;

  return takes_long (*second) - takes_long (*first);
}

/**
 * ls_fault_cells_list:
 * @steps: (element-type LsFaultStep): the steps
 * @matrix: which of them count, and what is required
 *
 * Every fault happens at every step. Of steps that are alike, such as those for
 * the layers, the first one and the one with the largest body have them at every
 * point, as has each range, unless the matrix is brief; and the largest has them again
 * with a fault that stays.
 *
 * Returns: (transfer full) (element-type LsFaultCell): the cells
 */
GPtrArray *
ls_fault_cells_list (GPtrArray *steps, const LsFaultMatrix *matrix)
{
  Builder self = { .rules = matrix->rules };
  g_autoptr (GHashTable) families = find_families (steps);

  self.cells = g_ptr_array_new_with_free_func ((GDestroyNotify) cell_free);
  for (guint i = 0; i < steps->len; i++)
    {
      LsFaultStep *step = steps->pdata[i];
      g_autofree char *name = dup_family_name (step);
      Family *family = g_hash_table_lookup (families, name);
      gboolean is_like_another;

      if (!counts (step, matrix))
        continue;
      self.step = step;
      self.always = FALSE;
      is_like_another =
          matrix->is_brief
          || (step != family->first && step != family->largest && !is_range (step->name));
      if (matrix->rules == NULL)
        {
          add_kills (&self, is_like_another);
          continue;
        }
      if (is_like_another)
        add_once_briefly (&self);
      else
        add_once (&self);
      self.always = TRUE;
      if (step == family->largest)
        add_always (&self);
    }
  g_ptr_array_sort (self.cells, compare_cells);

  return self.cells;
}

/**
 * ls_fault_cell_get_waste:
 * @cell: a cell that the transfer recovers from
 * @largest_blob: size of the largest blob
 *
 * What was on the line when it was cut is lost, and of wrong bytes nobody knows which
 * ones they are. docker-registry forgets an upload when the answer to one of its
 * requests was lost, since the next one then comes with a state that is out of date.
 * Whatever else arrived must not have to be moved again.
 *
 * Returns: the largest number of bytes that may be moved twice
 */
gint64
ls_fault_cell_get_waste (LsFaultCell *cell, gint64 largest_blob)
{
  const LsFault *fault = &cell->fault;

  gint64 waste = 0;

  /* Of a range that is refused the whole blob is asked for. */
  if (g_str_has_prefix (cell->step, "PATCH uploads") || fault->status == 404
      || fault->status == 416)
    waste = largest_blob;
  else if (g_str_has_prefix (cell->step, "PUT uploads")
           || g_str_has_prefix (cell->step, "POST uploads/"))
    waste = cell->body_size;
  if (waste > 0)
    return fault->point == LS_FAULT_AT_REQUEST_BODY ? 2 * waste : waste;
  if (fault->kind == LS_FAULT_RESET || fault->kind == LS_FAULT_CORRUPT)
    return is_range (cell->step) ? largest_blob : cell->body_size;

  return 0;
}
