// Figures that are computed from the results of `ternary-gkr bench networks`: what a proof takes besides the forward pass,
// and how that grows with the batch and with the density.

import { distinct, fitLine } from './figures.mjs';

/** The prover's phases, in order, and what they do. */
const PHASES = {
  witness: 'forward pass',
  commit: 'commit',
  lookup: 'lookups',
  layers: 'layers',
  openings: 'claims to one point',
  open: 'opening',
};
export const NETWORK_PHASES = Object.values(PHASES);

/** Density at which networks are compared where there is a choice: the zoo's own. */
const COMMON_DENSITY = 0.2;

/** A proof without running the network, whose cost is that of the plain computation for every input. */
export const proofMs = ({ phases }) =>
  Object.entries(phases).reduce((sum, [phase, time]) => (phase === 'witness' ? sum : sum + time), 0);

/** Milliseconds of each phase. */
export const networkPhases = (network) =>
  Object.entries(PHASES)
    .filter(([phase]) => network.phases[phase] !== undefined)
    .map(([phase, name]) => ({ name: network.name, phase: name, ms: network.phases[phase] }));

export const networkNames = (networks) => [...new Set(networks.map(({ name }) => name))];
const of = (networks, wanted) =>
  networks.filter((network) => Object.entries(wanted).every(([key, value]) => network[key] === value));

/** The density of a network that stands for it. */
function standardDensity(networks, name) {
  const densities = distinct(of(networks, { name }).map(({ density }) => density));
  return densities.find((density) => density === COMMON_DENSITY) ?? densities[0];
}

/** One case of each network, batch 1 where it was measured. */
export const standardCases = (networks) =>
  networkNames(networks).map((name) => {
    const cases = of(networks, { name, density: standardDensity(networks, name) });
    return [...cases].sort((a, b) => a.batch - b.batch)[0];
  });

/** The cases of each network at its standard density, if there are several batches. */
export const batchCases = (networks) =>
  networkNames(networks).flatMap((name) =>
    several(of(networks, { name, density: standardDensity(networks, name) }), 'batch'),
  );

/** The cases of each network with the least batch, if there are several densities. */
export const densityCases = (networks) =>
  networkNames(networks).flatMap((name) => {
    const cases = of(networks, { name });
    const batch = Math.min(...cases.map((network) => network.batch));
    return several(of(cases, { batch }), 'density');
  });

function several(cases, key) {
  return new Set(cases.map((network) => network[key])).size < 2 ? [] : [...cases].sort((a, b) => a[key] - b[key]);
}

/** Least squares proof = a + b·batch for every network and density that has three batches or more. */
export const batchFits = (networks) =>
  fits(networks, 'density', ({ batch }) => batch, proofMs).map(({ fit, cases: _, ...rest }) => ({
    ...rest,
    fixedMs: fit.a,
    msPerInput: fit.b,
    rSquared: fit.rSquared,
  }));

/**
 * Least squares of the phase that reads the weights, = a + b·nonzeros, for every network and batch that has three
 * densities or more, and what is counted there between the least and the greatest density.
 */
export const nonzeroFits = (networks) =>
  fits(
    networks,
    'batch',
    ({ nnz }) => nnz,
    ({ phases }) => phases.layers,
  ).map(({ fit, cases, ...rest }) => {
    const [least, most] = [cases[0], cases.at(-1)];
    const added = (count) => count(most) - count(least);
    return {
      ...rest,
      fixedMs: fit.a,
      nsPerNonzero: fit.b * 1e6,
      rSquared: fit.rSquared,
      nonzeros: added(({ nnz }) => nnz),
      additions: added(({ layerOperations }) => layerOperations.extensionAdditions),
      multiplications: added(
        ({ layerOperations }) => layerOperations.extensionMultiplications + layerOperations.mixedMultiplications,
      ),
    };
  });

function fits(networks, key, x, y) {
  return networkNames(networks).flatMap((name) =>
    distinct(of(networks, { name }).map((network) => network[key])).flatMap((value) => {
      const cases = of(networks, { name, [key]: value }).sort((a, b) => x(a) - x(b));
      if (new Set(cases.map(x)).size < 3) return [];
      const fit = fitLine(cases.map((network) => ({ x: x(network), y: y(network) })));
      return [{ name, [key]: value, cases, fit }];
    }),
  );
}

/** A share with three digits. */
export const share = (value) => String(Number(value.toPrecision(3)));
