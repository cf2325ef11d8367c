// The pictures of whole networks.

import { HEIGHT, LINE, logarithmic, PHASE_COLOURS, render, WIDTH } from './charts.mjs';
import { AMBER, BLUE, coloured, GREEN, GREY, lined, PINK, RED, SKY } from './colours.mjs';
import { isPublic } from './committed.mjs';
import {
  batchCases,
  densityCases,
  NETWORK_PHASES,
  networkNames,
  networkPhases,
  proofMs,
  standardCases,
} from './network-figures.mjs';

/** One for each network in every picture. */
const COLOURS = [BLUE, GREEN, AMBER, PINK, RED, SKY, 'black', GREY];

/** The pictures that the results allow: `{ file, title, svg }`. */
export async function drawNetworkCharts({ networks: all }) {
  const networks = all.filter(isPublic);
  const specs = [phases(networks), byBatch(networks), byNonzeros(networks)];
  return Promise.all(specs.filter((spec) => spec !== undefined).map(render));
}

function phases(networks) {
  const cases = standardCases(networks);
  const values = cases.flatMap(networkPhases).map((part) => ({ ...part, order: NETWORK_PHASES.indexOf(part.phase) }));
  if (values.length === 0) return undefined;
  const present = NETWORK_PHASES.filter((phase) => values.some((part) => part.phase === phase));
  return {
    file: 'network-phases.svg',
    title: 'Prover time of each network by phase',
    width: WIDTH,
    height: { step: 26 },
    data: { values },
    mark: { type: 'bar' },
    encoding: {
      y: { field: 'name', type: 'nominal', title: null, sort: cases.map(({ name }) => name) },
      x: { field: 'ms', type: 'quantitative', title: 'prover, ms', stack: 'zero' },
      ...coloured(
        'phase',
        present,
        present.map((phase) => PHASE_COLOURS[NETWORK_PHASES.indexOf(phase)]),
        { legend: { columns: 3 } },
      ),
      order: { field: 'order', type: 'quantitative' },
    },
  };
}

const byBatch = (networks) =>
  lines(networks, batchCases(networks), {
    file: 'network-batch.svg',
    title: 'A proof without the forward pass, by the inputs that share it',
    x: (cases) =>
      logarithmic('batch', 'inputs in one proof', {
        scale: { base: 2 },
        axis: { values: [...new Set(cases.map(({ batch }) => batch))], format: 'd' },
      }),
  });

const byNonzeros = (networks) =>
  lines(networks, densityCases(networks), {
    file: 'network-density.svg',
    title: 'A proof without the forward pass, by nonzero weights',
    x: () => logarithmic('nnz', 'nonzero weights', { axis: { format: '~s' } }),
  });

/** A line for each network, both axes logarithmic. */
function lines(networks, cases, { file, title, x }) {
  if (cases.length === 0) return undefined;
  const names = networkNames(networks);
  const present = networkNames(cases);
  return {
    file,
    title,
    width: WIDTH,
    height: HEIGHT,
    data: { values: cases.map((network) => ({ ...network, proofMs: proofMs(network) })) },
    mark: LINE,
    encoding: {
      x: x(cases),
      y: logarithmic('proofMs', 'proof, ms', { axis: { format: '~g' } }),
      ...lined(
        'name',
        present,
        present.map((name) => COLOURS[names.indexOf(name) % COLOURS.length]),
        { title: 'network' },
      ),
    },
  };
}
