// Figures that are computed from the results of `ternary-gkr bench layers`: ratios, fits, where time went, and how
// figures are written.

/** The order of methods everywhere, cheapest first. */
export const METHODS = ['ternary', 'sparse', 'dense', 'vanilla-sum', 'vanilla-tree'];

export const isSquare = ({ outputs, inputs }) => outputs === inputs;
export const shapeName = ({ outputs, inputs }) => `${outputs} × ${inputs}`;
const sameShape = (a, b) => a.outputs === b.outputs && a.inputs === b.inputs;
const ascending = (a, b) => a - b;

/** Distinct values in ascending order. */
export const distinct = (values) => [...new Set(values)].sort(ascending);

/** Distinct shapes: squares by size, then the others. */
export function shapesOf(layers) {
  const shapes = new Map(layers.map(({ outputs, inputs }) => [`${outputs},${inputs}`, { outputs, inputs }]));
  return [...shapes.values()].sort(
    (a, b) => Number(isSquare(b)) - Number(isSquare(a)) || a.outputs * a.inputs - b.outputs * b.inputs,
  );
}

/** The cases of a shape, batch and whatever else is asked for, by method and then by nonzeros. */
export function select(layers, { shape, ...rest }) {
  return layers
    .filter((layer) => shape === undefined || sameShape(layer, shape))
    .filter((layer) => Object.entries(rest).every(([key, value]) => layer[key] === value))
    .sort((a, b) => METHODS.indexOf(a.method) - METHODS.indexOf(b.method) || a.nnz - b.nnz);
}

/** The square with the most methods, batch 1, where methods are compared: 4096 × 4096 among equals, or the largest. */
export function referenceShape(layers) {
  const squares = shapesOf(layers.filter((layer) => layer.batch === 1)).filter(isSquare);
  const methods = (shape) => new Set(select(layers, { shape, batch: 1 }).map(({ method }) => method)).size;
  const most = Math.max(...squares.map(methods));
  const candidates = squares.filter((shape) => methods(shape) === most);
  return candidates.find(({ outputs }) => outputs === 4096) ?? candidates.at(-1);
}

/** One in sixteen, or the density with the most cases of a shape. */
export function referenceDensity(layers, shape) {
  const cases = select(layers, { shape, batch: 1 });
  const howMany = (density) => cases.filter((layer) => layer.density === density).length;
  const densities = distinct(cases.map(({ density }) => density));
  const most = Math.max(...densities.map(howMany));
  return densities.includes(1 / 16) && howMany(1 / 16) === most
    ? 1 / 16
    : densities.find((density) => howMany(density) === most);
}

/** Milliseconds of a case's products at the speed of the machine's kernels, and of a ternary layer's gather. */
export function countedMs({ method, nnz, operations }, { baseMulNs, extMulNs, gatherNs }) {
  const { extensionMultiplications, mixedMultiplications, baseMultiplications } = operations;
  const products = extensionMultiplications * extMulNs + (4 * mixedMultiplications + baseMultiplications) * baseMulNs;
  return (products + (method === 'ternary' ? nnz * gatherNs : 0)) / 1e6;
}

/** For every case of a baseline with a ternary case of the same layer: how many times longer it takes. */
export function ratios(layers) {
  return layers.flatMap((layer) => {
    if (layer.method === 'ternary') return [];
    const { outputs, inputs, density, batch } = layer;
    const [ternary] = select(layers, { shape: { outputs, inputs }, density, batch, method: 'ternary' });
    return ternary === undefined ? [] : [{ ...layer, ratio: layer.proveMs / ternary.proveMs }];
  });
}

/** Least squares y = a + b·x, and the share of the variance that it explains. */
export function fitLine(points) {
  const mean = (pick) => points.reduce((sum, point) => sum + pick(point), 0) / points.length;
  const [meanX, meanY] = [mean(({ x }) => x), mean(({ y }) => y)];
  const sum = (term) => points.reduce((total, { x, y }) => total + term(x - meanX, y - meanY), 0);
  const b = sum((x, y) => x * y) / sum((x) => x * x);
  const a = meanY - b * meanX;
  const unexplained = points.reduce((total, { x, y }) => total + (y - a - b * x) ** 2, 0);
  return { a, b, rSquared: 1 - unexplained / sum((_, y) => y * y) };
}

/** The fits proveMs = a + b·nnz of a method over the densities of each shape that has four or more. */
export function densityFits(layers, method) {
  return shapesOf(layers).flatMap((shape) => {
    const cases = select(layers, { shape, batch: 1, method });
    if (cases.length < 4) return [];
    const { a, b, rSquared } = fitLine(cases.map(({ nnz, proveMs }) => ({ x: nnz, y: proveMs })));
    return [{ ...shape, densities: cases.length, fixedMs: a, nsPerNonzero: b * 1e6, rSquared }];
  });
}

/** Operations of the engine by what they are for, the first that fits; `rest` is what lies outside of the engine. */
const PHASES = [
  ['round polynomials', /round/i],
  ['binding', /bind/i],
  ['eq tables', /^eq/],
  ['sums over the weights', /gather|dense|sparse|weigh|column|row/i],
  ['transcript and the rest', /^rest$/],
  ['other vector operations', /./],
];
export const PHASE_NAMES = PHASES.map(([name]) => name);

const phaseOf = (operation) => PHASES.find(([, pattern]) => pattern.test(operation))[0];

/** Milliseconds and shares of a case's phases. */
export function phasesOf(layer) {
  const times = new Map();
  for (const [operation, time] of Object.entries(layer.phases ?? {})) {
    const phase = phaseOf(operation);
    times.set(phase, (times.get(phase) ?? 0) + time);
  }
  const whole = [...times.values()].reduce((sum, time) => sum + time, 0);
  return PHASE_NAMES.filter((phase) => times.has(phase)).map((phase) => ({
    method: layer.method,
    phase,
    ms: times.get(phase),
    share: times.get(phase) / whole,
  }));
}

// How figures are written: three significant digits, groups of thousands.

const significant = (value) => {
  if (value === 0) return '0';
  const rounded = Number(value.toPrecision(3));
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(rounded))));
  return rounded.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
};
export const milliseconds = (value) =>
  value >= 10_000 ? `${significant(value / 1000)} s` : `${significant(value)} ms`;
export const nanoseconds = (value) => `${significant(value)} ns`;
export const times = (value) => `${significant(value)} ×`;
export const count = (value) => value.toLocaleString('en-US');
export const megabytes = (bytes) => `${significant(bytes / 1e6)} MB`;
export const densityName = (density) =>
  density === 1 ? '1' : Number.isInteger(1 / density) ? `1/${1 / density}` : String(density);
