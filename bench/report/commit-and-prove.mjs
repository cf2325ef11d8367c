// The figures of docs/commit-and-prove.md and docs/comparison.md: tables between markers, written from the same results as the benchmarks. What
// stands there is kept where the results have nothing for it.

import { isPublic } from './committed.mjs';
import { count, megabytes, milliseconds, nanoseconds, shapeName, times } from './figures.mjs';
import { share } from './network-figures.mjs';
import { markdownTable } from './page.mjs';

/** The tables between `<!-- figures: name -->` and `<!-- end of figures -->`, by name. */
const TABLES = { sizes, overhead, openings, ours };

/**
 * The page with its figures replaced.
 *
 * @param results - by kind: what `networks --json` and `openings --json` printed, if they were kept
 */
export function fillFigures(page, results) {
  return page.replace(/(<!-- figures: (\w+) -->\n)[\s\S]*?(<!-- end of figures -->)/g, (whole, begin, name, end) => {
    const lines = TABLES[name]?.(results) ?? [];
    return lines.length === 0 ? whole : `${begin}\n${lines.join('\n')}\n\n${end}`;
  });
}

/** Single inputs over committed weights, each with its row over public ones and the one with low memory. */
function committedCases({ networks: results }) {
  const networks = (results?.networks ?? []).filter(({ batch }) => batch === 1);
  return networks
    .filter((network) => !isPublic(network) && network.memory === 'high')
    .map((network) => {
      const same = ({ name, density }) => name === network.name && density === network.density;
      return {
        network,
        open: networks.find((other) => isPublic(other) && same(other)),
        low: networks.find((other) => !isPublic(other) && other.memory === 'low' && same(other)),
      };
    });
}

function sizes(results) {
  const cases = committedCases(results);
  if (cases.length === 0) return [];
  return markdownTable(
    ['network', 'density', 'weights', 'key', 'registration', 'prover’s file', 'proof, public weights', 'committed'],
    cases.map(({ network, open }) => [
      network.name,
      share(network.density),
      count(network.weights),
      bytes(network.keyBytes),
      bytes(network.registrationBytes),
      megabytes(network.proverFileBytes),
      open === undefined ? '' : bytes(open.proofBytes),
      bytes(network.proofBytes),
    ]),
  );
}

function overhead(results) {
  const cases = committedCases(results);
  if (cases.length === 0) return [];
  return markdownTable(
    ['network', 'density', 'prove, public weights', 'committed', 'ratio', 'low memory', 'verify', 'register', 'proof'],
    cases.map(({ network, open, low }) => [
      network.name,
      share(network.density),
      open === undefined ? '' : milliseconds(open.proveMs),
      milliseconds(network.proveMs),
      open === undefined ? '' : times(network.proveMs / open.proveMs),
      low === undefined ? '' : milliseconds(low.proveMs),
      milliseconds(network.verifyMs),
      milliseconds(network.registerMs),
      bytes(network.proofBytes),
    ]),
  );
}

/** The figures to compare with those of other systems: single inputs, weights committed with memory for their code. */
function ours(results) {
  const cases = committedCases(results).filter(({ open }) => open !== undefined);
  if (cases.length === 0) return [];
  return markdownTable(
    ['network', 'weights', 'nonzeros', 'prove, public weights', 'committed', 'verify', 'proof'],
    cases.map(({ network, open }) => [
      network.name,
      count(network.weights),
      count(network.nnz),
      milliseconds(open.proveMs),
      milliseconds(network.proveMs),
      milliseconds(network.verifyMs),
      bytes(network.proofBytes),
    ]),
  );
}

function openings({ openings: results }) {
  const fits = results?.fits ?? [];
  if (fits.length === 0) return [];
  return markdownTable(
    ['matrix', 'memory', 'opening', 'R²', 'of which reading the weights', 'R²', 'gathers', 'proof of work', 'proof'],
    fits.map((fit) => {
      const own = results.openings.filter((one) => shapeName(one) === shapeName(fit) && one.memory === fit.memory);
      const mean = (pick) => own.reduce((sum, one) => sum + pick(one), 0) / own.length;
      return [
        shapeName(fit),
        fit.memory,
        ...[fit, fit.reading].flatMap((line) => [lineText(line), line.rSquared.toFixed(4)]),
        fit.reading.gathersPerNonzero.toFixed(2),
        milliseconds(mean(({ workMs }) => workMs)),
        bytes(Math.round(mean(({ proofBytes }) => proofBytes))),
      ];
    }),
  );
}

const lineText = ({ fixedMs, nsPerNonzero }) => `${milliseconds(fixedMs)} + ${nanoseconds(nsPerNonzero)} per nonzero`;

const bytes = (value) => `${count(value)} bytes`;
