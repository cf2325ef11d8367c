// Multilinear tables over the real numbers, for pictures: most significant variable first, as in the library.

/** The table with its first variable bound. */
export function bind(table, at) {
  const half = table.length / 2;
  return Array.from({ length: half }, (_, i) => table[i] + at * (table[half + i] - table[i]));
}

/** The extension of a table at a point. */
export function tableAt(table, point) {
  return point.reduce(bind, table)[0];
}

/** Σ over the cube of the product of two tables, the first variable bound. */
export function productAt(left, right, at) {
  const [l, r] = [bind(left, at), bind(right, at)];
  return l.reduce((sum, value, i) => sum + value * r[i], 0);
}
