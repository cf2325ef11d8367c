// Colours that colour-blind readers tell apart (Okabe and Ito), given in the order in which values first occur.

const COLOURS = ['#009e73', '#0072b2', '#e69f00', '#cc79a7', '#d55e00', '#56b4e9', '#999999'];

/** The encoding of a field of the rows as colour. */
export function colours(rows, field, rest = {}) {
  const domain = [...new Set(rows.map((row) => row[field]))];
  const range = domain.map((_, k) => COLOURS[k % COLOURS.length]);
  return { field, type: 'nominal', title: null, sort: domain, scale: { domain, range }, ...rest };
}
