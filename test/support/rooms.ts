// The order of the rooms of src and of bench, from the bottom up: an import goes to a room on an earlier line, or stays in its own.
// The architecture test holds it, and ARCHITECTURE.md shows the picture that is drawn from it.

/** Rooms on one line do not know each other. */
export interface Line {
  readonly rooms: readonly string[];
  readonly what: string;
}

/** The folders of src; `base` is the files beside them except the entry point, which is `index`. */
export const HOUSE: readonly Line[] = [
  { rooms: ['base'], what: 'bytes.ts, errors.ts, verdict.ts: untrusted values, errors, verdicts' },
  { rooms: ['field'], what: 'fields, vector engines and their kernels, counters of operations' },
  { rooms: ['security'], what: 'errors of a proof in exact integers' },
  { rooms: ['hash'], what: 'BLAKE3, proofs of work' },
  { rooms: ['poly'], what: 'points, eq, round polynomials, packed tables' },
  { rooms: ['transcript'], what: 'the channel between prover and verifier' },
  {
    rooms: ['hiding'],
    what: 'pads, tails and the line; a field and a channel that record values that a verifier does not see',
  },
  { rooms: ['sumcheck'], what: 'one round loop; relations between claims' },
  { rooms: ['commit', 'gkr'], what: 'Merkle trees and the recursive code; layered circuits and trees of fractions' },
  { rooms: ['lookup'], what: 'LogUp over trees of fractions' },
  { rooms: ['sparse'], what: 'sparse matrices and the relation a = W·x' },
  { rooms: ['layer'], what: 'one layer a = W·x by several methods' },
  { rooms: ['network'], what: 'whole networks' },
  { rooms: ['accuracy', 'data', 'testing'], what: 'accuracy claims; readers of data; the adversary' },
  { rooms: ['onnx', 'index'], what: 'import of ONNX; the main entry point' },
  { rooms: ['cli'], what: 'the command line' },
];

/** The rooms inside network. */
export const NETWORK: readonly Line[] = [
  { rooms: ['model'], what: 'an integer network as data: layers, check, bounds, evaluation; knows no proofs' },
  { rooms: ['relations'], what: 'the relations, and the expansion of layers into them' },
  { rooms: ['weights'], what: 'committed weights: layout, claims, their reduction to one claim' },
  { rooms: ['statement'], what: 'known to both sides before a proof: plan, key contract, signals, members' },
  { rooms: ['files'], what: 'bytes of models, keys and proofs' },
  { rooms: ['run'], what: 'the tools of a prover: engines, workspace, phases, trace; no verifier imports it' },
  { rooms: ['proof'], what: 'claims, witness, prove, verify, security' },
  { rooms: ['registration'], what: 'the proof about committed weights' },
  { rooms: ['keys'], what: 'compile, register, readKey, openProver' },
  { rooms: ['index'], what: 'the entry point' },
];

/** The rooms of bench, which stands beside src and may import all of it; the package does not contain it. */
export const BENCH: readonly Line[] = [
  { rooms: ['measure'], what: 'loops and statistics, synthetic weights, limits of memory' },
  { rooms: ['costs', 'zoo'], what: 'formulas of what a proof costs; published shapes with synthetic weights' },
  { rooms: ['kernels', 'scalars'], what: 'measured many times in one process' },
  { rooms: ['layers', 'networks'], what: 'measured in a process for each case' },
  { rooms: ['openings'], what: 'the opening of a committed matrix, likewise' },
  { rooms: ['run'], what: 'the command line, suites, child processes' },
  { rooms: ['report'], what: 'docs/benchmarks.md and its pictures, from results' },
];

/** For each room of a house the rooms that it may import besides itself. */
export function earlierRooms(house: readonly Line[]): ReadonlyMap<string, readonly string[]> {
  const earlier: string[] = [];
  const allowed = new Map<string, readonly string[]>();
  for (const { rooms } of house) {
    for (const room of rooms) allowed.set(room, [...earlier]);
    earlier.push(...rooms);
  }
  return allowed;
}

/** The picture in ARCHITECTURE.md: the house, the rooms of network below its line, and bench at the end. */
export function drawHouse(): string {
  const name = ({ rooms }: Line): string => rooms.join(', ');
  const lines: string[] = [];
  for (const line of HOUSE) {
    lines.push(`    ${name(line).padEnd(26)}${line.what}`);
    if (!line.rooms.includes('network')) continue;
    for (const room of NETWORK) lines.push(`    ${`  network/${name(room)}`.padEnd(26)}${room.what}`);
  }
  lines.push(`    ${'bench'.padEnd(26)}beside src, not in the package: the benchmarks`);
  for (const room of BENCH) lines.push(`    ${`  bench/${name(room)}`.padEnd(26)}${room.what}`);
  return lines.join('\n');
}
