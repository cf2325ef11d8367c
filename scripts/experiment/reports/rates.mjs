// Proof size against rate and queries, for openings with and without a proof of work.

import { HEIGHT, LINE, WIDTH } from '../../../bench/report/charts.mjs';
import { count, milliseconds } from '../../../bench/report/figures.mjs';
import { lines } from '../colours.mjs';
import { table } from '../draw.mjs';

const rateName = ({ rateBits }) => `1/${2 ** rateBits}`;
/** Rates beside the points of one line, on the side where the other line is not. */
const names = (work, place) => ({
  transform: [{ filter: { field: 'work', equal: work } }],
  mark: { type: 'text', color: 'black', ...place },
  encoding: { text: { field: 'rate' } },
});
const workName = ({ grindingBits }) => `${grindingBits} bits`;

export const picture = (rows) => {
  const values = rows.map((row) => ({
    ...row,
    rate: rateName(row),
    work: workName(row),
    kilobytes: row.proofBytes / 1e3,
  }));
  return {
    title: `Proof size against the prover’s time, one vector of ${count(2 ** rows[0].variables)} elements`,
    width: WIDTH,
    height: HEIGHT,
    data: { values },
    encoding: {
      x: { field: 'proveMs', type: 'quantitative', title: 'commit and open, ms', scale: { zero: true } },
      y: { field: 'kilobytes', type: 'quantitative', title: 'proof, KB', scale: { zero: false, padding: 20 } },
    },
    layer: [
      { mark: LINE, encoding: { order: { field: 'rateBits' }, ...lines(values, 'work', { title: 'proof of work' }) } },
      names('0 bits', { align: 'left', dx: 6, dy: -6 }),
      names('16 bits', { align: 'right', dx: -6, dy: 8 }),
    ],
  };
};

export const tables = {
  every: (rows) =>
    table(rows, [
      ['proof of work', workName],
      ['rate', rateName],
      ['queries', ({ queries }) => queries],
      ['bits of security', ({ securityBits }) => securityBits.toFixed(1)],
      ['rows', ({ rows: height }) => count(height)],
      ['proof', ({ proofBytes }) => `${count(proofBytes)} bytes`],
      ['commit and open', ({ proveMs }) => milliseconds(proveMs)],
      ['verify', ({ verifyMs }) => milliseconds(verifyMs)],
    ]),
};
