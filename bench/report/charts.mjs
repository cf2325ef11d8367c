// The pictures, as vega-lite specifications rendered to SVG in Node, without a canvas. The same results give
// the same bytes.

import * as vega from 'vega';
import { compile } from 'vega-lite';
import { AMBER, BLUE, coloured, GREEN, GREY, lined, PINK, RED, SKY } from './colours.mjs';
import {
  densityName,
  distinct,
  isSquare,
  METHODS,
  PHASE_NAMES,
  phasesOf,
  ratios,
  referenceDensity,
  referenceShape,
  select,
  shapeName,
} from './figures.mjs';

/** One for each method in every picture, and for each phase. */
const COLOURS = [GREEN, BLUE, AMBER, PINK, RED];
export const PHASE_COLOURS = [BLUE, GREEN, AMBER, PINK, GREY, SKY];

export const WIDTH = 520;
export const HEIGHT = 320;
export const LINE = { type: 'line', point: { filled: true, size: 55, opacity: 1 } };

/** The pictures that the results allow: `{ file, title, svg }`, the title also being the text for those who cannot see. */
export async function drawCharts({ layers }) {
  const specs = [proveTimes(layers), speedUps(layers), timesBySize(layers), phases(layers)];
  return Promise.all(specs.filter((spec) => spec !== undefined).map(render));
}

/** One picture. */
export async function render({ file, title, ...spec }) {
  const { spec: compiled } = compile({
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    background: 'white',
    padding: 10,
    title: { text: title, anchor: 'start', fontSize: 13, offset: 12 },
    config: {
      font: 'sans-serif',
      view: { stroke: null },
      axis: { gridColor: '#e5e5e5', labelFontSize: 11 },
      legend: { labelLimit: 0, labelFontSize: 11, orient: 'bottom', columns: 4 },
    },
    ...spec,
  });
  const view = new vega.View(vega.parse(compiled), { renderer: 'none', logLevel: vega.Error });
  const svg = await view.toSVG();
  view.finalize();
  return { file, title, svg: `${svg}\n` };
}

const methodMarks = (layers) => {
  const present = METHODS.filter((method) => layers.some((layer) => layer.method === method));
  const palette = present.map((method) => COLOURS[METHODS.indexOf(method)]);
  return lined('method', present, palette, { title: 'method', legend: { columns: METHODS.length } });
};

/** Lines with points, one for each method, both axes logarithmic. */
function methodLines({ file, title, layers, x, y, marks = [] }) {
  const { color, shape } = methodMarks(layers);
  return {
    file,
    title,
    width: WIDTH,
    height: HEIGHT,
    data: { values: layers },
    encoding: { x, color },
    layer: [{ mark: LINE, encoding: { y, shape } }, ...marks],
  };
}

export const logarithmic = (field, title, rest = {}) => ({
  field,
  type: 'quantitative',
  title,
  scale: { type: 'log', nice: false, padding: 12, ...rest.scale },
  axis: { labelOverlap: true, ...rest.axis },
});

/** An axis for parts of a whole. */
export const ofOne = (field, title) => ({
  field,
  type: 'quantitative',
  title,
  scale: { domain: [0, 1] },
  axis: { format: '.0%' },
});

const PROVE_MS = logarithmic('proveMs', 'prover, ms', { axis: { format: '~g' } });

function proveTimes(layers) {
  const shape = referenceShape(layers);
  if (shape === undefined) return undefined;
  const cases = select(layers, { shape, batch: 1 });
  const quartiles = cases.every((layer) => layer.proveLowerQuartileMs !== undefined);
  return methodLines({
    file: 'prove-time.svg',
    title: `Prover time against nonzero weights, ${shapeName(shape)}, batch 1`,
    layers: cases,
    x: logarithmic('nnz', 'nonzero weights', { axis: { format: '~s' } }),
    y: PROVE_MS,
    marks: quartiles
      ? [
          {
            mark: { type: 'rule', strokeWidth: 3, opacity: 0.4 },
            encoding: { y: { ...PROVE_MS, field: 'proveLowerQuartileMs' }, y2: { field: 'proveUpperQuartileMs' } },
          },
        ]
      : [],
  });
}

function speedUps(layers) {
  const shape = referenceShape(layers);
  const compared = ratios(select(layers, { shape, batch: 1 })).sort((a, b) => a.density - b.density);
  if (shape === undefined || compared.length === 0) return undefined;
  return methodLines({
    file: 'speed-up.svg',
    title: `Prover time of each baseline divided by ternary’s, ${shapeName(shape)}, batch 1`,
    layers: compared.map((layer) => ({ ...layer, name: densityName(layer.density) })),
    x: {
      field: 'name',
      type: 'ordinal',
      title: 'density',
      sort: distinct(compared.map(({ density }) => density)).map(densityName),
      axis: { labelAngle: 0 },
    },
    y: logarithmic('ratio', 'baseline / ternary', { axis: { format: '~g' } }),
  });
}

function timesBySize(layers) {
  const shape = referenceShape(layers);
  if (shape === undefined) return undefined;
  const density = referenceDensity(layers, shape);
  const squares = select(layers.filter(isSquare), { density, batch: 1 });
  const sizes = distinct(squares.map(({ outputs }) => outputs));
  if (sizes.length < 2) return undefined;
  return methodLines({
    file: 'time-by-size.svg',
    title: `Prover time against size, density ${densityName(density)}, batch 1`,
    layers: squares,
    x: logarithmic('outputs', 'outputs and inputs of the layer', {
      scale: { base: 2 },
      axis: { values: sizes, format: 'd' },
    }),
    y: PROVE_MS,
  });
}

function phases(layers) {
  const shape = referenceShape(layers);
  if (shape === undefined) return undefined;
  const density = referenceDensity(layers, shape);
  const cases = select(layers, { shape, batch: 1, density });
  const values = cases.flatMap(phasesOf).map((part) => ({ ...part, order: PHASE_NAMES.indexOf(part.phase) }));
  if (values.length === 0) return undefined;
  const present = PHASE_NAMES.filter((name) => values.some(({ phase }) => phase === name));
  return {
    file: 'phases.svg',
    title: `Where the prover’s time goes, ${shapeName(shape)}, density ${densityName(density)}, batch 1`,
    width: WIDTH,
    height: { step: 34 },
    data: { values },
    mark: { type: 'bar' },
    encoding: {
      y: { field: 'method', type: 'nominal', title: null, sort: cases.map(({ method }) => method) },
      x: ofOne('share', 'share of the proof'),
      ...coloured(
        'phase',
        present,
        present.map((name) => PHASE_COLOURS[PHASE_NAMES.indexOf(name)]),
        { legend: { columns: 3 } },
      ),
      order: { field: 'order', type: 'quantitative' },
    },
  };
}
