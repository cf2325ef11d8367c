// Several inputs in one proof: the time of each against how many there are.

import { HEIGHT, LINE, logarithmic, WIDTH } from '../../../bench/report/charts.mjs';
import { count, distinct, milliseconds } from '../../../bench/report/figures.mjs';
import { lines } from '../colours.mjs';
import { table } from '../draw.mjs';

export const picture = (rows) => ({
  title: `Prover time of each input against the inputs in one proof, ${rows[0].network}`,
  width: WIDTH,
  height: HEIGHT,
  data: { values: rows.map((row) => ({ ...row, eachMs: row.proveMs / row.batch })) },
  mark: LINE,
  encoding: {
    x: logarithmic('batch', 'inputs in one proof', {
      scale: { base: 2 },
      axis: { values: distinct(rows.map(({ batch }) => batch)), format: 'd' },
    }),
    y: logarithmic('eachMs', 'prover, ms an input', { axis: { format: '~g' } }),
    ...lines(rows, 'weights', { title: 'weights' }),
  },
});

export const tables = {
  every: (rows) =>
    table(rows, [
      ['weights', ({ weights }) => weights],
      ['inputs', ({ batch }) => batch],
      ['prover', ({ proveMs }) => milliseconds(proveMs)],
      ['each input', ({ proveMs, batch }) => milliseconds(proveMs / batch)],
      ['verifier', ({ verifyMs }) => milliseconds(verifyMs)],
      ['each input', ({ verifyMs, batch }) => milliseconds(verifyMs / batch)],
      ['proof', ({ proofBytes }) => `${count(proofBytes)} bytes`],
      ['each input', ({ proofBytes, batch }) => `${count(Math.round(proofBytes / batch))} bytes`],
    ]),
};
