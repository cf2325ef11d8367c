// Forgeries of an opening of one level, one test each: the code of Ligero, whose message is sent. A forger here does what
// the honest prover does, from the same parts, except for one thing, and continues honestly after it.

import { describe, expect, it } from 'vitest';
import {
  buildTree,
  type CommitmentParameters,
  codeOf,
  commitMatrix,
  createHasher,
  errorTerms,
  multiProof,
  openMatrices,
  verifyMatrices,
} from '../../../src/commit/index.ts';
import { boundProximity, codeVariables } from '../../../src/commit/recursive/parameters.ts';
import { drawPositions } from '../../../src/commit/recursive/positions.ts';
import { koalaBear } from '../../../src/field/index.ts';
import { encodeNonce } from '../../../src/hash/proof-of-work.ts';
import type { ProverChannel, VerifierChannel } from '../../../src/transcript/index.ts';
import { check, expectRejection, proofOf } from '../../support/channels.ts';
import { type AnyField, seeded, settings } from '../../support/fields.ts';

const [, field, createEngine] = settings[0];
const engine = createEngine();
const hasher = createHasher();

/** One level, at which one matrix stands that is opened at a given point. */
interface Shape {
  readonly rowVariables: number;
  readonly columnVariables: number;
  readonly rateBits: number;
  readonly queries: number;
  readonly grindingBits: number;
}

function parametersOf({ rowVariables, ...level }: Shape): CommitmentParameters {
  const variables = rowVariables + level.columnVariables;
  const matrices = [{ rows: 2 ** rowVariables, variables, kind: 'base', digestLength: 32 }] as const;
  const proximityBits = boundProximity(field.bits, { ...level, matrices });
  return { fieldBits: field.bits, levels: [{ ...level, matrices, proximityBits }], places: [0], isPoint: true };
}

/** Small integers, negative ones too. */
function tableOf(variables: number, seed: number): Int32Array {
  const random = seeded(seed);
  return Int32Array.from({ length: 2 ** variables }, () => random(2 ** 16) - 2 ** 15);
}

// 8 rows of 64: a shape in which rows, columns and paths all matter
const parameters: Shape = {
  rowVariables: 3,
  columnVariables: 6,
  rateBits: 2,
  queries: 60,
  grindingBits: 8,
};
const VARIABLES = 9;
const table = tableOf(VARIABLES, 4);

/** A value of the prime field in four bytes. */
const baseBytes = 4;

/** The honest leaves: the columns of the encoded matrix, back to back. */
function leavesOf(values: Int32Array, shape: Shape): Uint8Array {
  const mark = engine.mark();
  const code = engine.encodeRows(engine.fromIntegers(values), 2 ** shape.rowVariables, codeVariables(shape));
  const bytes = code.bytes().slice();
  engine.release(mark);
  return bytes;
}

/** Σ_row eq(rowPoint, row)·M[row, ·], by the definition. */
function combinedRow(values: Int32Array, shape: Shape, point: readonly unknown[]): unknown[] {
  const width = 2 ** shape.columnVariables;
  const weights = field.tables.eqTable(point.slice(0, shape.rowVariables));
  return Array.from({ length: width }, (_, column) =>
    weights.reduce(
      (sum, weight, row) => field.add(sum, field.mul(weight, field.fromInteger(values[row * width + column]))),
      field.zero,
    ),
  );
}

/** The forger's replacements of honest steps. */
interface Forgery {
  readonly shape?: Shape;
  readonly leaves?: (honest: Uint8Array) => Uint8Array;
  /** Committed instead of the tree over the leaves. */
  readonly root?: (honest: Uint8Array) => Uint8Array;
  readonly row?: (honest: unknown[], point: readonly unknown[]) => unknown[];
  readonly nonce?: (honest: number) => number;
  readonly positionsFirst?: boolean;
  readonly columns?: (honest: Uint8Array, columnLength: number) => Uint8Array;
  readonly paths?: (honest: Uint8Array) => Uint8Array;
}

/** Commits, draws a point and opens there. */
function forge(forgery: Forgery) {
  const shape = forgery.shape ?? parameters;
  const keep = <T>(value: T): T => value;
  return (channel: ProverChannel<unknown>): void => {
    const values = table.subarray(0, 2 ** (shape.rowVariables + shape.columnVariables));
    const columnLength = 2 ** shape.rowVariables * baseBytes;
    const leaves = (forgery.leaves ?? keep)(leavesOf(values, shape));
    const tree = buildTree(hasher, leaves, columnLength);
    channel.sendBytes('root', (forgery.root ?? keep)(tree.root));
    const point = channel.drawMany('point', shape.rowVariables + shape.columnVariables);
    const honestRow = combinedRow(values, shape, point);
    channel.send('row', forgery.row?.(honestRow, point) ?? honestRow);
    const nonce = hasher.grind(channel.drawBytes('work'), shape.grindingBits);
    const early = forgery.positionsFirst === true ? drawPositions(channel, shape) : undefined;
    channel.sendBytes('nonce', encodeNonce((forgery.nonce ?? keep)(nonce)));
    const positions = early ?? drawPositions(channel, shape);
    const columns = new Uint8Array(positions.length * columnLength);
    for (const [k, position] of positions.entries()) {
      columns.set(leaves.subarray(position * columnLength, (position + 1) * columnLength), k * columnLength);
    }
    channel.hint('columns', (forgery.columns ?? keep)(columns, columnLength));
    channel.hint('paths', (forgery.paths ?? keep)(multiProof(tree, positions)));
  };
}

/** The verifier's run; it believes the true value plus `shift`, or a value of the forger's. */
function believing(shape: Shape, claim: (truth: unknown, point: readonly unknown[]) => unknown) {
  return (channel: VerifierChannel<unknown>): void => {
    const variables = shape.rowVariables + shape.columnVariables;
    const root = channel.receiveBytes('root', 32);
    const point = channel.drawMany('point', variables);
    const truth = field.tables.evaluateIntegers(table.subarray(0, 2 ** variables), point);
    const member = { root, claim: { point, value: claim(truth, point) } };
    channel.within('opening', () => verifyMatrices(field, channel, parametersOf(shape), [member]));
  };
}

const verdict = (forgery: Forgery, claim = (truth: unknown): unknown => truth) => {
  const shape = forgery.shape ?? parameters;
  const proof = proofOf(field, forge(forgery));
  return () => check(field, proof, believing(shape, claim));
};

/** Adds 1, 2, 3, … to the first values of the first columns: no polynomial of low degree takes such values. */
function damage(leaves: Uint8Array, shape: Shape, count: number): Uint8Array {
  const damaged = leaves.slice();
  const columnLength = 2 ** shape.rowVariables * baseBytes;
  for (let position = 0; position < count; position++) {
    const value = readBase(leaves, position * columnLength);
    writeBase(field.add(value, field.fromInteger(position + 1)), damaged, position * columnLength);
  }
  return damaged;
}

function readBase(bytes: Uint8Array, at: number): unknown {
  return field.fromInteger(new DataView(bytes.buffer, bytes.byteOffset).getUint32(at, true));
}

function writeBase(value: unknown, bytes: Uint8Array, at: number): void {
  const encoded = new Uint8Array(field.byteLength);
  field.write(value, encoded, 0);
  bytes.set(encoded.subarray(0, baseBytes), at);
}

/** Coefficients of Π (X − ω^position), as many as a row has. */
function vanishingOn(positions: readonly number[], shape: Shape): unknown[] {
  const root = field.rootOfUnity(codeVariables(shape));
  const coefficients = [field.one, ...new Array<unknown>(2 ** shape.columnVariables - 1).fill(field.zero)];
  for (const position of positions) {
    let zero = field.one;
    for (let i = 0; i < position; i++) zero = field.mul(zero, root);
    for (let k = coefficients.length - 1; k >= 0; k--) {
      const shifted = k > 0 ? coefficients[k - 1] : field.zero;
      coefficients[k] = field.sub(shifted, field.mul(zero, coefficients[k]));
    }
  }
  return coefficients;
}

describe('what the forgers change', () => {
  it('is all that is wrong: without a change they prove what the prover proves', () => {
    const honest = proofOf(field, (channel) => {
      const mark = engine.mark();
      const whole = parametersOf(parameters);
      const matrix = commitMatrix(engine, hasher, engine.fromIntegers(table), codeOf(whole, 0));
      channel.sendBytes('root', matrix.root);
      openMatrices(engine, hasher, channel, whole, [{ matrix, point: channel.drawMany('point', VARIABLES) }]);
      engine.release(mark);
    });
    expect(proofOf(field, forge({}))).toEqual(honest);
    verdict({})();
  });
});

describe('forgeries of the row', () => {
  it('the honest row for a claim that is false', () => {
    expectRejection(
      verdict({}, (truth) => field.add(truth, field.one)),
      'opening',
      /^opening\/level 0\/row$/,
    );
  });

  it('a row that gives a false claim', () => {
    const row = (honest: unknown[], point: readonly unknown[]): unknown[] => {
      const weight = field.tables.eqTable(point.slice(parameters.rowVariables))[0];
      return honest.map((value, k) => (k === 0 ? field.add(value, field.inv(weight)) : value));
    };
    expectRejection(
      verdict({ row }, (truth) => field.add(truth, field.one)),
      'proximity',
      /^opening\/level 0\/columns$/,
    );
  });

  it('a row that gives the true claim but is not the combination', () => {
    const row = (honest: unknown[], point: readonly unknown[]): unknown[] => {
      const weights = field.tables.eqTable(point.slice(parameters.rowVariables));
      const moved = [...honest];
      moved[0] = field.add(moved[0], weights[1]);
      moved[1] = field.sub(moved[1], weights[0]);
      return moved;
    };
    expectRejection(verdict({ row }), 'proximity', /^opening\/level 0\/columns$/);
  });

  it('the row of another matrix', () => {
    const other = tableOf(VARIABLES, 5);
    const row = (_honest: unknown[], point: readonly unknown[]) => combinedRow(other, parameters, point);
    const claim = (_truth: unknown, point: readonly unknown[]) => field.tables.evaluateIntegers(other, point);
    const proof = proofOf(field, forge({ row }));
    expectRejection(
      () => check(field, proof, believing(parameters, claim)),
      'proximity',
      /^opening\/level 0\/columns$/,
    );
  });
});

describe('forgeries of the commitment', () => {
  it('a matrix that is not a code word anywhere', () => {
    const leaves = (honest: Uint8Array) => damage(honest, parameters, 2 ** codeVariables(parameters));
    expectRejection(verdict({ leaves }), 'proximity', /^opening\/level 0\/columns$/);
  });

  it('a matrix with as many wrong columns as the radius, and one more', () => {
    const wrong = (2 ** codeVariables(parameters) - 2 ** parameters.columnVariables) / 2 + 1;
    const leaves = (honest: Uint8Array) => damage(honest, parameters, wrong);
    expectRejection(verdict({ leaves }), 'proximity', /^opening\/level 0\/columns$/);
  });

  it('values that are not in canonical form, committed like that', () => {
    const p = Number(koalaBear.characteristic);
    const leaves = (honest: Uint8Array) => {
      const bytes = honest.slice();
      const words = new DataView(bytes.buffer);
      for (let at = 0; at < bytes.length; at += baseBytes) {
        const value = words.getUint32(at, true);
        if (value + p < 2 ** 32) words.setUint32(at, value + p, true);
      }
      return bytes;
    };
    expectRejection(verdict({ leaves }), 'non-canonical', /^opening\/level 0\/matrix 0\/columns$/);
  });

  it('the root of another tree', () => {
    const other = buildTree(hasher, leavesOf(tableOf(VARIABLES, 5), parameters), 32).root;
    expectRejection(verdict({ root: () => other }), 'merkle', /^opening\/level 0\/matrix 0\/paths$/);
  });

  it.each(Array.from({ length: 32 }, (_, k) => k))('a root with byte %i changed', (at) => {
    const root = (honest: Uint8Array) => honest.map((byte, k) => (k === at ? byte ^ 1 : byte));
    expectRejection(verdict({ root }), 'merkle', /^opening\/level 0\/matrix 0\/paths$/);
  });
});

describe('forgeries of the decommitment', () => {
  it('two columns exchanged', () => {
    const columns = (honest: Uint8Array, length: number) => {
      const exchanged = honest.slice();
      exchanged.set(honest.subarray(length, 2 * length), 0);
      exchanged.set(honest.subarray(0, length), length);
      return exchanged;
    };
    expectRejection(verdict({ columns }), 'merkle', /^opening\/level 0\/matrix 0\/paths$/);
  });

  it('columns made to agree with a row that is false', () => {
    // all of column 0 of M raised by one: the row, and every encoded value, are raised by one
    const row = (honest: unknown[]) => honest.map((value, k) => (k === 0 ? field.add(value, field.one) : value));
    const columns = (honest: Uint8Array) => {
      const raised = honest.slice();
      for (let at = 0; at < honest.length; at += baseBytes) {
        writeBase(field.add(readBase(honest, at), field.one), raised, at);
      }
      return raised;
    };
    const claim = (truth: unknown, point: readonly unknown[]) =>
      field.add(truth, field.tables.eqTable(point.slice(parameters.rowVariables))[0]);
    const proof = proofOf(field, forge({ row, columns }));
    expectRejection(
      () => check(field, proof, believing(parameters, claim)),
      'merkle',
      /^opening\/level 0\/matrix 0\/paths$/,
    );
  });

  it('two digests of the paths exchanged', () => {
    const paths = (honest: Uint8Array) =>
      Uint8Array.of(...honest.subarray(32, 64), ...honest.subarray(0, 32), ...honest.subarray(64));
    expectRejection(verdict({ paths }), 'merkle', /^opening\/level 0\/matrix 0\/paths$/);
  });

  it('paths of zeros', () => {
    expectRejection(
      verdict({ paths: (honest) => new Uint8Array(honest.length) }),
      'merkle',
      /^opening\/level 0\/matrix 0\/paths$/,
    );
  });

  it('one digest too few, one too many', () => {
    expectRejection(
      verdict({ paths: (honest) => honest.subarray(32) }),
      'truncated',
      /^opening\/level 0\/matrix 0\/paths$/,
    );
    const paths = (honest: Uint8Array) => Uint8Array.of(...honest, ...honest.subarray(0, 32));
    expectRejection(verdict({ paths }), 'trailing-bytes', /^end$/);
  });
});

describe('forgeries of the proof of work', () => {
  it('a nonce without its work', () => {
    expectRejection(verdict({ nonce: (honest) => honest + 1 }), 'grinding', /^opening\/level 0\/nonce$/);
  });

  it('no work at all', () => {
    expectRejection(verdict({ shape: { ...parameters, grindingBits: 24 }, nonce: () => 0 }), 'grinding');
  });

  it('positions drawn before the work is done', () => {
    // longer than due, so that the verifier finds all bytes that it asks for
    const paths = (honest: Uint8Array) => Uint8Array.of(...honest, ...new Uint8Array(1024));
    expectRejection(verdict({ positionsFirst: true, paths }), 'merkle', /^opening\/level 0\/matrix 0\/paths$/);
  });

  it('another nonce gives other positions', () => {
    const drawn = [0, 1, 2].map((difference) => {
      let positions: number[] = [];
      proofOf(field, (channel) => {
        const drawIndices: typeof channel.drawIndices = (label, count, bits) => {
          const indices = channel.drawIndices(label, count, bits);
          positions = [...positions, ...indices];
          return indices;
        };
        forge({ nonce: (honest) => honest + difference })({ ...channel, drawIndices });
      });
      return positions.join();
    });
    expect(new Set(drawn).size).toBe(3);
  });
});

// Agreement of prover and verifier is not evidence of soundness. Here both run with challenges that the forger
// knew too early; the forgery passes, which shows that nothing else stops it, and with the transcript's
// challenges it does not.
describe('frozen challenges', () => {
  const few = { ...parameters, queries: 20 };
  const known = Array.from({ length: few.queries }, (_, k) => 3 + 11 * k);
  /** Draws these positions, whatever the transcript says. */
  const frozen = <C extends ProverChannel<unknown> | VerifierChannel<unknown>>(channel: C): C =>
    Object.assign(Object.create(channel) as C, { drawIndices: () => known });
  const one = (truth: unknown): unknown => field.add(truth, field.one);

  /** A false row whose code word is the true one's at the known positions. */
  const row = (honest: unknown[], point: readonly unknown[]): unknown[] => {
    const vanishing = vanishingOn(known, few);
    const scale = field.inv(field.tables.dot(vanishing, field.tables.eqTable(point.slice(few.rowVariables))));
    return honest.map((value, k) => field.add(value, field.mul(scale, vanishing[k])));
  };

  it('positions known before the row is sent: any value can be proven', () => {
    const proof = proofOf(field, (channel) => forge({ shape: few, row })(frozen(channel)));
    check(field, proof, (channel) => believing(few, one)(frozen(channel)));
  });

  it('the same forger with positions drawn after the row', () => {
    expectRejection(verdict({ shape: few, row }, one), 'proximity', /^opening\/level 0\/columns$/);
  });

  // two rows of 64; the row point is known, so that the first row can be garbage that the second one repairs
  const two = { ...parameters, rowVariables: 1 };
  const u = field.fromInteger(5);
  const point = [u, ...Array.from({ length: 6 }, (_, k) => field.fromInteger(k + 2))];
  const target = tableOf(6, 77);
  const targetRow = Array.from(target, (value) => field.fromInteger(value));
  const repaired = (): Uint8Array => {
    const codeword = field.tables.encode(targetRow, codeVariables(two));
    const bytes = new Uint8Array(codeword.length * 2 * baseBytes);
    for (const [position, value] of codeword.entries()) {
      const garbage = field.fromInteger((position * position * 7919) % 10007);
      // (1 − u)·garbage + u·repair = value
      const repair = field.mul(field.sub(value, field.mul(field.sub(field.one, u), garbage)), field.inv(u));
      writeBase(garbage, bytes, 2 * baseBytes * position);
      writeBase(repair, bytes, 2 * baseBytes * position + baseBytes);
    }
    return bytes;
  };
  const forger = { shape: two, leaves: repaired, row: () => targetRow };
  const claim = (_truth: unknown, at: readonly unknown[]) => field.tables.evaluateIntegers(target, at.slice(1));

  it('a row point known before the commitment: no matrix need be committed at all', () => {
    const early = <C extends ProverChannel<unknown> | VerifierChannel<unknown>>(channel: C): C =>
      Object.assign(Object.create(channel) as C, { drawMany: () => point });
    const proof = proofOf(field, (channel) => forge(forger)(early(channel)));
    check(field, proof, (channel) => believing(two, claim)(early(channel)));
  });

  it('the same forger with a row point drawn after the commitment', () => {
    const proof = proofOf(field, forge(forger));
    expectRejection(() => check(field, proof, believing(two, claim)), 'proximity', /^opening\/level 0\/columns$/);
  });
});

describe('the bound on the queries', () => {
  // One row of 4 values, 8 positions, no work. The word agrees with the true row at six of them, its radius
  // being two, and at five with a false one: three where the two rows agree, two where the word is false.
  const tiny: Shape = {
    rowVariables: 0,
    columnVariables: 2,
    rateBits: 1,
    queries: 2,
    grindingBits: 0,
  };
  const honest = Array.from(table.subarray(0, 4), (value) => field.fromInteger(value));
  const vanishing = vanishingOn([0, 1, 2], tiny);
  const falseRow = honest.map((value, k) => field.add(value, vanishing[k]));
  const leaves = (code: Uint8Array): Uint8Array => {
    const falseCode = field.tables.encode(falseRow, 3);
    const bytes = code.slice();
    for (const position of [3, 4]) writeBase(falseCode[position], bytes, position * baseBytes);
    return bytes;
  };
  const claim = (_truth: unknown, at: readonly unknown[]) => field.tables.dot(falseRow, field.tables.eqTable(at));

  /** How often the best forger there is passes. */
  function passes(shape: Shape, runs: number): number {
    let passed = 0;
    for (let run = 0; run < runs; run++) {
      const label = Uint8Array.of(run, run >> 8);
      const proof = proofOf(field as AnyField, (channel) => {
        channel.absorb('run', label);
        forge({ shape, leaves, row: () => falseRow })(channel);
      });
      const verify = () =>
        check(field, proof, (channel) => {
          channel.absorb('run', label);
          believing(shape, claim)(channel);
        });
      try {
        verify();
        passed++;
      } catch {
        expectRejection(verify, 'proximity', /^opening\/level 0\/columns$/);
      }
    }
    return passed / runs;
  }

  it('is met by the best forger there is', () => {
    const queries = errorTerms(field, parametersOf(tiny)).find(({ name }) => name.includes('queries'));
    expect(queries?.bits).toBeCloseTo(-Math.log2((5 * 4) / (8 * 7)), 9);
    expect(passes(tiny, 1000)).toBeCloseTo(2 ** -(queries?.bits ?? 0), 1);
  });

  it('leaves this forger nothing once more positions are opened than can be right', () => {
    const enough = { ...tiny, queries: 6 };
    expect(errorTerms(field, parametersOf(enough)).some(({ name }) => name.includes('queries'))).toBe(false);
    expect(passes(enough, 100)).toBe(0);
  });
});
