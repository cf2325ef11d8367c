// The charts of the course, as vega-lite specifications, by the name of the page that shows them. They lie on white, so
// that they can be read on a dark page too.

import { LINE, render } from '../../bench/report/charts.mjs';
import { BLUE, coloured, GREEN, lined, RED } from '../../bench/report/colours.mjs';
import { bind, productAt, tableAt } from './tables.mjs';

export const charts = {
  '1-fields': drawFields,
  '2-multilinear-extensions': drawExtension,
  '3-sumcheck': drawRounds,
  '6-ternary-layer': drawCounts,
  '7-commitments': drawChances,
};

const draw = async (spec) => (await render({ file: '', ...spec })).svg;

/** The values of some polynomials at every element of a small field. */
function drawFields({ prime, lists }) {
  const values = lists.flatMap(({ name, coefficients }) =>
    Array.from({ length: prime }, (_, x) => {
      const value = coefficients.reduceRight((sum, coefficient) => (sum * x + coefficient) % prime, 0);
      return { list: name, place: x, value: (value + prime) % prime };
    }),
  );
  const names = lists.map(({ name }) => name);
  const axis = (field, title) => ({
    field,
    type: 'quantitative',
    title,
    scale: { domain: [-0.5, prime - 0.5], nice: false },
    axis: { values: Array.from({ length: prime }, (_, x) => x), format: 'd' },
  });
  return draw({
    title: `Two lists as polynomials over the remainders of ${prime}`,
    width: 520,
    height: 300,
    data: { values },
    mark: { type: 'point', size: 110, strokeWidth: 2.5, opacity: 1 },
    encoding: {
      x: axis('place', 'place r'),
      y: axis('value', 'value at r'),
      ...lined('list', names, [BLUE, RED]),
    },
  });
}

/** The extension of four entries on the unit square, over the real numbers. */
function drawExtension({ table, steps }) {
  const places = Array.from({ length: steps }, (_, k) => k);
  const values = places.flatMap((row) =>
    places.map((column) => {
      const [first, second] = [(row + 0.5) / steps, (column + 0.5) / steps];
      const edges = { x: column / steps, xEnd: (column + 1) / steps, y: row / steps, yEnd: (row + 1) / steps };
      return { ...edges, value: tableAt(table, [first, second]) };
    }),
  );
  const corners = table.map((entry, i) => ({
    label: String(entry).replace('-', '−'),
    ...{ x: i % 2 === 0 ? 0.05 : 0.95, y: i < 2 ? 0.05 : 0.95 },
  }));
  const axis = (field, title) => ({
    field,
    type: 'quantitative',
    title,
    scale: { domain: [0, 1], nice: false },
    axis: { grid: false, values: [0, 0.5, 1] },
  });
  return draw({
    title: 'The extension of the table 4, 5, −4, 8 between its corners',
    width: 320,
    height: 320,
    layer: [
      {
        data: { values },
        mark: { type: 'rect', strokeWidth: 0 },
        encoding: {
          x: axis('x', 'second variable'),
          x2: { field: 'xEnd' },
          y: axis('y', 'first variable'),
          y2: { field: 'yEnd' },
          color: {
            field: 'value',
            type: 'quantitative',
            title: 'value',
            scale: { domain: [Math.min(...table), Math.max(...table)], range: ['#f7fbff', '#6baed6'] },
            legend: { orient: 'right' },
          },
        },
      },
      {
        data: { values: corners },
        mark: { type: 'text', fontSize: 18, fontWeight: 'bold', color: 'black' },
        encoding: { x: axis('x', 'second variable'), y: axis('y', 'first variable'), text: { field: 'label' } },
      },
    ],
  });
}

/** The round polynomials of a sumcheck over the real numbers. */
function drawRounds({ matrix, input, point, challenges }) {
  let left = input.map((_, j) =>
    tableAt(
      matrix.map((row) => row[j]),
      point,
    ),
  );
  let right = input;
  const curves = [];
  const marks = [];
  challenges.forEach((challenge, k) => {
    const at = (x) => productAt(left, right, x);
    const claim = at(0) + at(1);
    const round = `round ${k + 1}: s(0) + s(1) = ${claim.toFixed(2)}`.replace('-', '−');
    for (let step = 0; step <= 40; step++) curves.push({ round, x: step / 40, value: at(step / 40) });
    for (const x of [0, 1]) marks.push({ round, x, value: at(x), what: 'at 0 and 1: add up to the claim' });
    marks.push({ round, x: challenge, value: at(challenge), what: 'at the challenge: the next claim' });
    [left, right] = [bind(left, challenge), bind(right, challenge)];
  });
  const x = { field: 'x', type: 'quantitative', title: 'X', axis: { values: [0, 0.5, 1] } };
  const y = { field: 'value', type: 'quantitative', title: 's(X)', scale: { zero: true } };
  const names = [...new Set(marks.map(({ what }) => what))];
  return draw({
    title: 'Three rounds: the value at the challenge is what the next two values add up to',
    data: { values: [...curves, ...marks] },
    facet: { column: { field: 'round', title: null, header: { labelFontSize: 12 } } },
    spec: {
      width: 180,
      height: 200,
      layer: [
        {
          transform: [{ filter: '!isValid(datum.what)' }],
          mark: { type: 'line', color: '#666666' },
          encoding: { x, y },
        },
        {
          transform: [{ filter: 'isValid(datum.what)' }],
          mark: { type: 'point', filled: true, size: 90, opacity: 1 },
          encoding: {
            x,
            y,
            ...lined('what', names, [BLUE, RED]),
          },
        },
        // the first lies under the second and keeps it apart from the curve
        ...[{ stroke: 'white', strokeWidth: 4 }, {}].map((halo) => ({
          transform: [{ filter: 'isValid(datum.what)' }],
          mark: { type: 'text', dy: -13, fontSize: 11, ...halo },
          encoding: { x, y, text: { field: 'value', format: '.2f' } },
        })),
      ],
    },
  });
}

/** Counted operations of the proof of one layer. */
function drawCounts({ size, counts }) {
  const methods = ['ternary', 'dense', 'vanilla-sum'];
  return draw({
    title: `Operations of the proof of one layer of ${size} × ${size}`,
    width: 520,
    height: 300,
    data: { values: counts.map((one) => ({ ...one, operations: one.multiplications + one.additions })) },
    mark: LINE,
    encoding: {
      x: {
        field: 'nonzeros',
        type: 'quantitative',
        title: 'nonzero weights',
        scale: { type: 'log', base: 2 },
        axis: { format: 'd' },
      },
      y: {
        field: 'operations',
        type: 'quantitative',
        title: 'multiplications and additions',
        scale: { type: 'log', nice: false, padding: 12 },
        axis: { format: '~s' },
      },
      ...lined('method', methods, [GREEN, BLUE, RED]),
    },
  });
}

/** ((1 + 1/length)/2)^columns: a false opening that no opened column catches. */
function drawChances({ lengths, most, bits }) {
  const names = lengths.map((length) => `${length} times as long`);
  const values = lengths.flatMap((length, k) =>
    Array.from({ length: most / 10 + 1 }, (_, step) => ({
      code: names[k],
      columns: 10 * step,
      chance: 10 * step * Math.log2((1 + 1 / length) / 2),
    })).filter(({ chance }) => chance >= -1.5 * bits),
  );
  return draw({
    title: 'The chance that a false opening survives',
    width: 520,
    height: 280,
    layer: [
      {
        data: { values },
        mark: { type: 'line', strokeWidth: 2.5 },
        encoding: {
          x: { field: 'columns', type: 'quantitative', title: 'opened columns' },
          y: { field: 'chance', type: 'quantitative', title: 'log₂ of the chance' },
          ...coloured('code', names, [GREEN, BLUE, RED]),
          strokeDash: { field: 'code', type: 'nominal', title: null, sort: names },
        },
      },
      {
        data: { values: [{ chance: -bits }] },
        mark: { type: 'rule', strokeDash: [5, 4], color: '#444444' },
        encoding: { y: { field: 'chance', type: 'quantitative' } },
      },
    ],
  });
}
