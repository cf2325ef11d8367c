// docs/benchmarks.md, its part on whole networks: every figure in it comes from the results.

import { committedSection, isPublic } from './committed.mjs';
import { count, megabytes, milliseconds, nanoseconds } from './figures.mjs';
import {
  batchFits,
  NETWORK_PHASES,
  networkPhases,
  nonzeroFits,
  proofMs,
  share,
  standardCases,
} from './network-figures.mjs';
import { machineTable, markdownTable, quartiles } from './page.mjs';

/**
 * The part on networks.
 *
 * @param results - what `networks --json` printed
 * @param charts - `{ file, title }` of each picture
 * @param folder - where the pictures and the results lie, relative to the page
 */
export function networksPart(results, charts, { folder, resultsName }) {
  const { networks: all, skipped = [], machine } = results;
  const networks = all.filter(isPublic);
  const picture = (file) =>
    charts.filter((chart) => chart.file === file).flatMap(({ title }) => ['', `![${title}](${folder}/${file})`]);
  const lines = [
    '## Whole networks',
    '',
    `Written by \`npm run bench -- report\` from [${resultsName}](${folder}/${resultsName}); nothing here is typed by hand.`,
    'The results come from `npm run --silent bench -- networks --json`, one thread, each case in a process of its own, medians',
    'after warm-up; `first` is the first proof of a fresh process, `run` the plain forward pass, memory the peak of the',
    'whole process, times those of the whole batch. Weights, inputs and outputs are public unless a table says otherwise.',
    'Parameters are weights, biases and the multipliers of channels; activations are the values that requantisations',
    'give for one input.',
    '',
    ...sources(all),
    '',
    '### The machine of the networks',
    '',
    ...machineTable(machine),
    ...(networks.length === 0 ? [] : publicSections(networks, machine, picture)),
    ...committedSection(all),
    ...notMeasured(skipped),
  ];
  return `${lines.join('\n')}\n`;
}

/** Networks whose weights the verifier has. */
function publicSections(networks, machine, picture) {
  return [
    '',
    '### Networks',
    '',
    ...caseTable(standardCases(networks)),
    ...picture('network-phases.svg'),
    ...phaseTable(standardCases(networks)),
    ...batchScaling(networks, picture),
    ...densityScaling(networks, machine, picture),
    '',
    '### Every network, density and batch',
    '',
    ...caseTable(networks),
  ];
}

const SOURCES = {
  zoo: 'published shapes with seeded synthetic ternary weights',
  example: 'trained networks of the examples, on their own data',
  file: 'model files',
};

/** Where the networks are from. */
function sources(networks) {
  return Object.entries(SOURCES).flatMap(([source, what]) => {
    const names = [...new Set(networks.filter((network) => network.source === source).map(({ name }) => name))];
    return names.length === 0 ? [] : [`- ${names.join(', ')}: ${what}`];
  });
}

function caseTable(cases) {
  return markdownTable(
    [
      ...['network', 'density', 'batch', 'parameters', 'weights', 'nonzeros', 'activations'],
      ...['run', 'prover', 'quartiles', 'first', 'verifier', 'proof', 'memory'],
    ],
    cases.map((network) => [
      network.name,
      share(network.density),
      network.batch,
      count(network.parameters),
      count(network.weights),
      count(network.nnz),
      count(network.activations),
      milliseconds(network.inferenceMs),
      milliseconds(network.proveMs),
      quartiles(network),
      milliseconds(network.coldProveMs),
      milliseconds(network.verifyMs),
      `${count(network.proofBytes)} bytes`,
      megabytes(network.peakRssBytes),
    ]),
  );
}

function phaseTable(cases) {
  return [
    '',
    ...markdownTable(
      ['network', ...NETWORK_PHASES],
      cases.map((network) => {
        const parts = networkPhases(network);
        const whole = parts.reduce((sum, { ms }) => sum + ms, 0);
        return [
          network.name,
          ...NETWORK_PHASES.map((phase) => {
            const part = parts.find((one) => one.phase === phase);
            return part === undefined ? '' : `${milliseconds(part.ms)} (${((100 * part.ms) / whole).toFixed(0)} %)`;
          }),
        ];
      }),
    ),
  ];
}

function batchScaling(networks, picture) {
  const rows = batchFits(networks);
  const image = picture('network-batch.svg');
  if (rows.length === 0 && image.length === 0) return [];
  return [
    '',
    '### Inputs that share a proof',
    '',
    'Inputs of one batch share all work on the weights. Least squares of proof = a + b·inputs, the forward pass left out,',
    'which is run for every input anyway: b is the cost of another input, a that of the shared work. b depends on activations,',
    'so the densities of one network should agree in it.',
    ...image,
    ...fitTable(
      ['network', 'density', 'a', 'b, per input', 'R²', 'proof for one', 'b / proof for one'],
      rows.map((fit) => {
        const one = networks.find(
          ({ name, density, batch }) => name === fit.name && density === fit.density && batch === 1,
        );
        return [
          fit.name,
          share(fit.density),
          milliseconds(fit.fixedMs),
          milliseconds(fit.msPerInput),
          fit.rSquared.toFixed(4),
          one === undefined ? '' : milliseconds(proofMs(one)),
          one === undefined ? '' : (fit.msPerInput / proofMs(one)).toFixed(2),
        ];
      }),
    ),
  ];
}

/** Below it a fit says nothing. */
const CLEAR_LINE = 0.9;

function densityScaling(networks, machine, picture) {
  const rows = nonzeroFits(networks);
  const image = picture('network-density.svg');
  if (rows.length === 0 && image.length === 0) return [];
  return [
    '',
    '### Nonzero weights',
    '',
    'Weights are read in one phase of a proof, `layers`. From the least density to the greatest, the exact counts of that phase',
    'grow by one addition in the extension per nonzero weight, for any batch. Least squares of that',
    `phase = a + b·nonzeros, left out where noise hides the line (R² below ${CLEAR_LINE}, or no slope); \`gather\` is the time`,
    'of one nonzero in the gather kernel alone, measured in the same run. The picture has the whole proof, in which the',
    'bounds of sums, and with them the tables of the lookups, grow with the density too.',
    ...image,
    ...fitTable(
      [
        ...['network', 'batch', 'nonzeros more', 'additions more', 'multiplications more'],
        ...['a', 'b, per nonzero', 'R²', 'b / gather'],
      ],
      rows.map((fit) => [
        fit.name,
        fit.batch,
        count(fit.nonzeros),
        count(fit.additions),
        count(fit.multiplications),
        ...(fit.rSquared < CLEAR_LINE || fit.nsPerNonzero <= 0
          ? ['', '', fit.rSquared.toFixed(4), '']
          : [
              milliseconds(fit.fixedMs),
              nanoseconds(fit.nsPerNonzero),
              fit.rSquared.toFixed(4),
              (fit.nsPerNonzero / machine.gatherNs).toFixed(2),
            ]),
      ]),
    ),
  ];
}

/** Nothing where no line could be fitted. */
const fitTable = (heads, rows) => (rows.length === 0 ? [] : ['', ...markdownTable(heads, rows)]);

function notMeasured(skipped) {
  const rows = skipped.map((one) => [
    one.name,
    share(one.density),
    one.batch,
    isPublic(one) ? 'public' : `committed, ${one.memory} memory`,
    one.reason,
  ]);
  return rows.length === 0
    ? []
    : ['', '### Networks not measured', '', ...markdownTable(['network', 'density', 'batch', 'weights', 'why'], rows)];
}
