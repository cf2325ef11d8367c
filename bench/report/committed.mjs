// docs/benchmarks.md, its section on committed weights: every figure in it comes from the results.

import { count, megabytes, milliseconds } from './figures.mjs';
import { share } from './network-figures.mjs';
import { markdownTable, quartiles } from './page.mjs';

/** Rows without a mode are of times when all weights were public. */
export const isPublic = ({ mode = 'public' }) => mode === 'public';

/** The section, if any weights were committed. */
export function committedSection(networks) {
  const committed = networks.filter((network) => !isPublic(network));
  if (committed.length === 0) return [];
  return [
    '',
    '### Committed weights',
    '',
    'The verifier holds a key, not the weights ([commit and prove](commit-and-prove.md)). `more` is what a proof takes',
    'beyond the same proof over public weights, in the same run of the benchmark. With high memory the encoded weights are',
    'kept between proofs; with low memory the queried columns are computed again from the nonzero weights. `first`',
    'includes laying out the weights.',
    '',
    ...proofTable(networks, committed),
    '',
    'Registration, once for each model, in a process of its own: one run, cold; its verification is a median. The',
    'prover’s file holds the weights and the digests of their encoded columns; the verifier has the key and has checked',
    'the registration.',
    '',
    ...registrationTable(committed),
  ];
}

function proofTable(networks, committed) {
  const caseOf = ({ name, density, batch }) => `${name} ${density} ${batch}`;
  const open = new Map(networks.filter(isPublic).map((network) => [caseOf(network), network]));
  const places = new Set(committed.map(caseOf));
  const rows = [...places].flatMap((place) => [
    ...(open.has(place) ? [open.get(place)] : []),
    ...committed.filter((network) => caseOf(network) === place),
  ]);
  return markdownTable(
    [
      ...['network', 'density', 'batch', 'nonzeros', 'weights', 'memory'],
      ...['prover', 'more', 'quartiles', 'first', 'verifier', 'proof', 'peak'],
    ],
    rows.map((network) => {
      const other = isPublic(network) ? undefined : open.get(caseOf(network));
      return [
        network.name,
        share(network.density),
        network.batch,
        count(network.nnz),
        isPublic(network) ? 'public' : 'committed',
        isPublic(network) ? '' : network.memory,
        milliseconds(network.proveMs),
        other === undefined ? '' : milliseconds(network.proveMs - other.proveMs),
        quartiles(network),
        milliseconds(network.coldProveMs),
        milliseconds(network.verifyMs),
        `${count(network.proofBytes)} bytes`,
        megabytes(network.peakRssBytes),
      ];
    }),
  );
}

function registrationTable(committed) {
  const models = new Map(committed.map((network) => [`${network.name} ${network.density}`, network]));
  return markdownTable(
    ['network', 'density', 'weights', 'nonzeros', 'register', 'verify-model', 'key', 'proof', 'prover’s file', 'peak'],
    [...models.values()].map((network) => [
      network.name,
      share(network.density),
      count(network.weights),
      count(network.nnz),
      milliseconds(network.registerMs),
      milliseconds(network.verifyModelMs),
      `${count(network.keyBytes)} bytes`,
      `${count(network.registrationBytes)} bytes`,
      megabytes(network.proverFileBytes),
      megabytes(network.registerPeakRssBytes),
    ]),
  );
}
