// The drawings of the course other than charts, as SVG by the name of the page that shows them. They lie on white, so
// that they can be read on a dark page too.

import { BLUE, RED } from '../../bench/report/colours.mjs';

const GREY = '#666666';
const NODE_RADIUS = 17;

export const diagrams = { '4-gkr': drawCircuit, '5-logup': drawTrees };

const signed = (value) => String(value).replace('-', '−');

function picture(title, width, height, parts) {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="sans-serif" font-size="13">`,
    `<title>${title}</title>`,
    `<rect width="${width}" height="${height}" fill="white"/>`,
    text(10, 22, title, { 'font-weight': 'bold' }),
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

const attributes = (values) =>
  Object.entries(values)
    .map(([name, value]) => ` ${name}="${value}"`)
    .join('');

function text(x, y, content, rest = {}) {
  return `<text x="${x}" y="${y}" fill="black"${attributes(rest)}>${content}</text>`;
}

function line(from, to, rest = {}) {
  return `<line x1="${from.x}" y1="${from.y}" x2="${to.x}" y2="${to.y}" stroke="${GREY}" stroke-width="1.5"${attributes(rest)}/>`;
}

function node({ x, y }, label, rest = {}) {
  return [
    `<circle cx="${x}" cy="${y}" r="${NODE_RADIUS}" fill="white" stroke="black"${attributes(rest)}/>`,
    text(x, y + 4.5, label, { 'text-anchor': 'middle' }),
  ].join('\n');
}

/** Inputs, W·x, squares and their sum, from the bottom to the top, and the claims at the side. */
function drawCircuit({ matrix, input }) {
  const sums = matrix.map((row) => row.reduce((sum, weight, j) => sum + weight * input[j], 0));
  const squares = sums.map((sum) => sum * sum);
  const place = (count, y) => Array.from({ length: count }, (_, k) => ({ x: 110 + (400 * (k + 0.5)) / count, y }));
  const total = squares.reduce((sum, square) => sum + square);
  const rows = [
    { name: 'inputs', values: input, places: place(input.length, 300), claim: 'claim on the inputs' },
    { name: 'sums', values: sums, places: place(sums.length, 220), claim: 'claim on the sums' },
    { name: 'squares', values: squares, places: place(squares.length, 140), claim: 'claim on the squares' },
    { name: 'total', values: [total], places: place(1, 60), claim: `the output is ${total}` },
  ];
  const [inputs, middle, upper, [top]] = rows.map(({ places }) => places);
  const wires = [
    ...matrix.flatMap((row, o) =>
      row.flatMap((weight, j) => {
        if (weight === 0) return [];
        const style = weight > 0 ? { stroke: BLUE } : { stroke: RED, 'stroke-dasharray': '5 3' };
        return [line(inputs[j], middle[o], style).replace(`stroke="${GREY}" `, '')];
      }),
    ),
    ...middle.flatMap((from, k) =>
      [-4, 4].map((shift) => line({ ...from, x: from.x + shift }, { ...upper[k], x: upper[k].x + shift })),
    ),
    ...upper.map((from) => line(from, top)),
  ];
  const nodes = rows.flatMap(({ values, places }) => values.map((value, k) => node(places[k], signed(value))));
  const labels = rows.flatMap(({ name, places: [{ y }], claim }, row) => [
    text(95, y + 4.5, name, { 'text-anchor': 'end' }),
    text(535, y + 4.5, claim),
    ...(row === 0 ? [] : [arrow({ x: 590, y: y + 14 }, { x: 590, y: y + 62 })]),
  ]);
  const legend = [
    line({ x: 110, y: 345 }, { x: 140, y: 345 }, { stroke: BLUE }).replace(`stroke="${GREY}" `, ''),
    text(148, 349.5, 'weight 1'),
    line({ x: 230, y: 345 }, { x: 260, y: 345 }, { stroke: RED, 'stroke-dasharray': '5 3' }).replace(
      `stroke="${GREY}" `,
      '',
    ),
    text(268, 349.5, 'weight −1'),
  ];
  return picture('The squared length of W·x as a circuit', 690, 365, [...wires, ...nodes, ...labels, ...legend]);
}

function arrow(from, to) {
  const head = `<path d="M ${to.x - 5} ${to.y - 8} L ${to.x} ${to.y} L ${to.x + 5} ${to.y - 8}" fill="none" stroke="${GREY}" stroke-width="1.5"/>`;
  return `${line(from, to)}\n${head}`;
}

/** Looked-up rows and table rows, each side a binary tree of additions. */
function drawTrees({ lookedUp, shown }) {
  const table = shown.map((value) => {
    const count = lookedUp.filter(([other]) => other === value).length;
    return { top: `${count} ×`, bottom: `(${signed(value)}, ${Math.max(value, 0)})`, isUsed: count > 0 };
  });
  const rows = lookedUp.map(([value, output]) => ({ top: '', bottom: `(${signed(value)}, ${output})`, isUsed: true }));
  const left = tree(rows, { from: 20, to: 260 });
  const right = tree(table, { from: 300, to: 740 });
  return picture('Looked-up rows, and the table with its multiplicities', 760, 300, [
    ...left.parts,
    ...right.parts,
    text((left.root.x + right.root.x) / 2, left.root.y + 5, 'the same sum?', { 'text-anchor': 'middle' }),
    text(140, 285, 'rows that are looked up', { 'text-anchor': 'middle' }),
    text(520, 285, 'eight of the 32 rows of the table', { 'text-anchor': 'middle' }),
  ]);
}

function tree(leaves, { from, to }) {
  const bottom = 210;
  const levels = Math.log2(leaves.length);
  const height = (bottom - 60) / levels;
  let below = leaves.map((_, k) => ({ x: from + ((to - from) * (k + 0.5)) / leaves.length, y: bottom }));
  const parts = leaves.flatMap(({ top, bottom: label, isUsed }, k) => [
    text(below[k].x, bottom + 22, top, { 'text-anchor': 'middle' }),
    text(below[k].x, bottom + 40, label, { 'text-anchor': 'middle', 'font-weight': isUsed ? 'bold' : 'normal' }),
  ]);
  for (let level = levels - 1; level >= 0; level--) {
    const nodes = Array.from({ length: 2 ** level }, (_, k) => ({
      x: (below[2 * k].x + below[2 * k + 1].x) / 2,
      y: bottom - height * (levels - level),
    }));
    parts.unshift(...below.map((child, k) => line(child, nodes[Math.floor(k / 2)])));
    parts.push(...nodes.map((place) => node(place, '+')));
    below = nodes;
  }
  return { parts, root: below[0] };
}
