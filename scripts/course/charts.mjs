// The charts of the course, as vega-lite specifications, by the name of the page that shows them. They lie on white, so
// that they can be read on a dark page too.

import { render } from '../report/charts.mjs';

const BLUE = '#0072b2';
const ORANGE = '#d55e00';

const draw = async (spec) => (await render({ file: '', ...spec })).svg;

export const charts = { '1-fields': drawFields };

/** The values of some polynomials at every element of a small field. */
function drawFields({ prime, lists }) {
  const values = lists.flatMap(({ name, coefficients }) =>
    Array.from({ length: prime }, (_, x) => {
      const value = coefficients.reduceRight((sum, coefficient) => (sum * x + coefficient) % prime, 0);
      return { list: name, place: x, value: (value + prime) % prime };
    }),
  );
  const names = lists.map(({ name }) => name);
  return draw({
    title: `Two lists as polynomials over the remainders of ${prime}`,
    width: 520,
    height: 260,
    data: { values },
    encoding: {
      x: { field: 'place', type: 'quantitative', title: 'place r', axis: { tickCount: prime, format: 'd' } },
      y: { field: 'value', type: 'quantitative', title: 'value at r', scale: { domain: [0, prime - 1] } },
      color: {
        field: 'list',
        type: 'nominal',
        title: null,
        sort: names,
        scale: { domain: names, range: [BLUE, ORANGE] },
        legend: { orient: 'bottom' },
      },
      shape: {
        field: 'list',
        type: 'nominal',
        title: null,
        sort: names,
        scale: { domain: names, range: ['circle', 'cross'] },
      },
    },
    mark: { type: 'point', size: 110, strokeWidth: 2.5 },
  });
}
