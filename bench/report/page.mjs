// docs/benchmarks.md, its part on layers: every figure in it comes from the results.

import {
  count,
  countedMs,
  densityFits,
  densityName,
  distinct,
  METHODS,
  megabytes,
  milliseconds,
  nanoseconds,
  phasesOf,
  ratios,
  referenceDensity,
  referenceShape,
  select,
  shapeName,
  shapesOf,
  times,
} from './figures.mjs';

/**
 * The part on layers.
 *
 * @param results - what `layers --json` printed
 * @param charts - `{ file, title }` of each picture
 * @param folder - where the pictures and the results lie, relative to the page
 */
export function layersPart(results, charts, { folder, resultsName }) {
  const { layers, skipped = [], machine } = results;
  const picture = (file) =>
    charts.filter((chart) => chart.file === file).flatMap(({ title }) => ['', `![${title}](${folder}/${file})`]);
  const shape = referenceShape(layers);
  const lines = [
    '## One layer',
    '',
    `Written by \`npm run bench -- report\` from [${resultsName}](${folder}/${resultsName}); nothing here is typed by hand.`,
    'The results come from `npm run --silent bench -- layers --json`: the same layer a = W·x with seeded synthetic ternary',
    `weights, proven by ${METHODS.filter((method) => layers.some((layer) => layer.method === method)).join(', ')}, over the same field,`,
    'kernels and transcript, one thread, each case in a process of its own. Times are medians after warm-up; `first` is the first proof of a fresh process; memory is the peak of',
    'the whole process. Weights, input and output are public and nothing is committed. A proof includes absorbing the',
    'statement and everything up to the proof’s bytes; the layout of the weights, made once for many proofs, is not part',
    'of it.',
    '',
    ...methodNotes(layers),
    '',
    '### The machine',
    '',
    ...machineTable(machine),
    ...(shape === undefined ? [] : comparison(layers, shape, machine, picture)),
    ...fits(layers, machine),
    ...section('Prover time against size', picture('time-by-size.svg').slice(1)),
    ...everyCase(layers),
    ...notMeasured(skipped),
  ];
  return `${lines.join('\n')}\n`;
}

const NOTES = {
  ternary: 'Σ v·x̃ with v the signed sums of eq over the nonzeros: one addition per nonzero',
  sparse: 'the same sumcheck, weights as small integers: one multiplication per nonzero',
  dense: 'the same sumcheck over all entries of W, zeros too',
  'vanilla-sum': 'a layered circuit with W and x as inputs: product gates, then one sum gate per output',
  'vanilla-tree': 'the same product gates under a binary tree of additions',
};

/** Only the methods that were measured. */
function methodNotes(layers) {
  const measured = METHODS.filter((method) => layers.some((layer) => layer.method === method));
  return markdownTable(
    ['method', 'proven statement'],
    measured.map((method) => [method, NOTES[method]]),
  );
}

/** The table of the machine, and of the times of its own operations. */
export function machineTable(machine) {
  return markdownTable(
    ['processor', 'cores', 'memory', 'Node', 'commit', 'base multiplication', 'extension multiplication', 'gather'],
    [
      [
        machine.cpu,
        machine.cores,
        machine.memoryBytes === undefined ? 'unknown' : `${(machine.memoryBytes / 2 ** 30).toFixed(0)} GiB`,
        machine.node,
        machine.commit === null
          ? 'unknown'
          : `\`${machine.commit.slice(0, 12)}${machine.commit.endsWith('+') ? '+' : ''}\``,
        nanoseconds(machine.baseMulNs),
        nanoseconds(machine.extMulNs),
        `${nanoseconds(machine.gatherNs)} per nonzero`,
      ],
    ],
  );
}

/** Whether a method is as well made as the others: its counted products at the kernels' own speed. */
function againstCounts(cases, machine) {
  const counted = cases.filter((layer) => layer.operations !== undefined);
  if (counted.length === 0) return [];
  return [
    '',
    '#### Against the operation counts',
    '',
    'Products as the [cost model](cost-model.md) counts them, times this machine’s kernels of the same run: an extension',
    'multiplication each, a mixed one as four base multiplications, and for the ternary method a gather a nonzero.',
    'Additions, hashes and everything else are the rest.',
    '',
    ...markdownTable(
      ['method', 'extension', 'mixed', 'base', 'count × kernels', 'measured', 'measured / count'],
      counted.map((layer) => {
        const { extensionMultiplications, mixedMultiplications, baseMultiplications } = layer.operations;
        const expectedMs = countedMs(layer, machine);
        return [
          layer.method,
          count(extensionMultiplications),
          count(mixedMultiplications),
          count(baseMultiplications),
          milliseconds(expectedMs),
          milliseconds(layer.proveMs),
          times(layer.proveMs / expectedMs),
        ];
      }),
    ),
  ];
}

function comparison(layers, shape, machine, picture) {
  const density = referenceDensity(layers, shape);
  const cases = select(layers, { shape, density, batch: 1 });
  const compared = ratios(cases);
  const ratioOf = (method) => compared.find((layer) => layer.method === method)?.ratio;
  const phaseRows = cases.filter((layer) => layer.phases !== undefined).map((layer) => [layer, phasesOf(layer)]);
  const phaseNames = [...new Set(phaseRows.flatMap(([, parts]) => parts.map(({ phase }) => phase)))];
  return [
    '',
    `### Methods at ${shapeName(shape)}, density ${densityName(density)}`,
    '',
    ...markdownTable(
      ['method', 'prover', 'quartiles', 'ratio', 'first', 'verifier', 'proof', 'memory'],
      cases.map((layer) => [
        layer.method,
        milliseconds(layer.proveMs),
        quartiles(layer),
        ratioOf(layer.method) === undefined ? '' : `${layer.method} / ternary = ${times(ratioOf(layer.method))}`,
        milliseconds(layer.coldProveMs),
        milliseconds(layer.verifyMs),
        `${count(layer.proofBytes)} bytes`,
        megabytes(layer.peakRssBytes),
      ]),
    ),
    ...picture('prove-time.svg'),
    ...picture('speed-up.svg'),
    ...speedUpTable(layers, shape),
    ...againstCounts(cases, machine),
    ...(phaseRows.length === 0 ? [] : ['', '#### Where the time goes']),
    ...picture('phases.svg'),
    ...(phaseRows.length === 0
      ? []
      : [
          '',
          'A proof of its own with the engine’s calls timed one by one; the rest is what lies outside of them.',
          '',
          ...markdownTable(
            ['method', ...phaseNames],
            phaseRows.map(([layer, parts]) => [
              layer.method,
              ...phaseNames.map((name) => {
                const part = parts.find(({ phase }) => phase === name);
                return part === undefined ? '' : `${milliseconds(part.ms)} (${(100 * part.share).toFixed(0)} %)`;
              }),
            ]),
          ),
        ]),
  ];
}

function speedUpTable(layers, shape) {
  const compared = ratios(select(layers, { shape, batch: 1 }));
  const baselines = METHODS.filter((method) => compared.some((layer) => layer.method === method));
  if (baselines.length === 0) return [];
  const densities = distinct(compared.map(({ density }) => density)).sort((a, b) => b - a);
  return [
    '',
    ...markdownTable(
      ['density', ...baselines.map((method) => `${method} / ternary`)],
      densities.map((density) => [
        densityName(density),
        ...baselines.map((method) => {
          const found = compared.find((layer) => layer.method === method && layer.density === density);
          return found === undefined ? '' : times(found.ratio);
        }),
      ]),
    ),
  ];
}

function fits(layers, machine) {
  const rows = ['ternary', 'sparse'].flatMap((method) =>
    densityFits(layers, method).map((fit) => ({ method, ...fit })),
  );
  if (rows.length === 0) return [];
  return [
    '',
    '### Cost per nonzero',
    '',
    'Least squares of prover time = a + b·nonzeros over the densities of each shape, batch 1; `gather` is the time of one',
    'nonzero in the gather kernel alone, measured in the same run.',
    '',
    ...markdownTable(
      ['method', 'shape', 'densities', 'a', 'b, per nonzero', 'R²', 'b / gather'],
      rows.map((fit) => [
        fit.method,
        shapeName(fit),
        fit.densities,
        milliseconds(fit.fixedMs),
        nanoseconds(fit.nsPerNonzero),
        fit.rSquared.toFixed(4),
        (fit.nsPerNonzero / machine.gatherNs).toFixed(2),
      ]),
    ),
  ];
}

function everyCase(layers) {
  return shapesOf(layers).flatMap((shape, index) => [
    ...(index === 0 ? ['', '### Every case'] : []),
    '',
    `#### ${shapeName(shape)}`,
    '',
    ...markdownTable(
      [
        'batch',
        'density',
        'method',
        'nonzeros',
        'prover',
        'quartiles',
        'proofs',
        'first',
        'verifier',
        'proof',
        'memory',
      ],
      distinct(select(layers, { shape }).map(({ batch }) => batch)).flatMap((batch) =>
        select(layers, { shape, batch })
          .sort((a, b) => b.density - a.density)
          .map((layer) => [
            layer.batch,
            densityName(layer.density),
            layer.method,
            count(layer.nnz),
            milliseconds(layer.proveMs),
            quartiles(layer),
            layer.proofs ?? '',
            milliseconds(layer.coldProveMs),
            milliseconds(layer.verifyMs),
            `${count(layer.proofBytes)} bytes`,
            megabytes(layer.peakRssBytes),
          ]),
      ),
    ),
  ]);
}

function notMeasured(skipped) {
  const rows = skipped.map((layer) => [
    shapeName(layer),
    layer.batch,
    densityName(layer.density),
    layer.method,
    layer.reason,
  ]);
  return rows.length === 0
    ? []
    : ['', '### Not measured', '', ...markdownTable(['shape', 'batch', 'density', 'method', 'why'], rows)];
}

const section = (title, lines) => (lines.length === 0 ? [] : ['', `### ${title}`, '', ...lines]);

export const quartiles = ({ proveLowerQuartileMs, proveUpperQuartileMs }) =>
  proveLowerQuartileMs === undefined
    ? ''
    : `${milliseconds(proveLowerQuartileMs)} – ${milliseconds(proveUpperQuartileMs)}`;

export function markdownTable(heads, rows) {
  const cell = (value) => String(value).replaceAll('|', '\\|').replaceAll('\n', ' ');
  const row = (cells) => `| ${cells.map(cell).join(' | ')} |`;
  return [row(heads), row(heads.map(() => '---')), ...rows.map(row)];
}
