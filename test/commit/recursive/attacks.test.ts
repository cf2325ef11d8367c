// Forgeries of an opening of the recursive tensor code, one test each: a forger does what the honest prover does but
// for one thing, and goes on honestly after it.

import { describe, expect, it } from 'vitest';
import { buildTree, multiProof } from '../../../src/commit/index.ts';
import { type CommittedMatrix, commitMatrix } from '../../../src/commit/recursive/commit.ts';
import { codeOf, type MemberRequest } from '../../../src/commit/recursive/parameters.ts';
import type { Engine, Vector } from '../../../src/field/engine.ts';
import { koalaBear } from '../../../src/field/index.ts';
import { evaluateEq, suffix } from '../../../src/poly/index.ts';
import { lyingChannel } from '../../../src/testing/lying-channel.ts';
import type { ProverChannel, VerifierChannel } from '../../../src/transcript/index.ts';
import { check, expectRejection, proofOf } from '../../support/channels.ts';
import { settings } from '../../support/fields.ts';
import { type Case, caseOf, type Deviation, hasher, proving, vectorOf, verifying } from './support.ts';

const [, field, createEngine] = settings[0];
const engine = createEngine();

const code = (columnVariables: number) => ({ columnVariables, rateBits: 2, digestLength: 26 });
const at = (used: number, variables: number, columnVariables: number): MemberRequest => {
  return { used, variables, code: code(columnVariables) };
};

/** One vector of 11 rows, one level. */
const single = caseOf(field, [{ used: 700, variables: 10, code: code(6) }], { grindingBits: 8 });
/** Six rows of 128, a message that is committed, and a second vector beside it. */
const double = caseOf(field, [at(700, 10, 7), at(70, 7, 4)], { grindingBits: 8 });
/** Three vectors at one level. */
const stack = caseOf(field, [at(200, 8, 5), at(100, 7, 5), at(120, 7, 5)], { grindingBits: 8 });
/** Opened at a given point; the message is committed. */
const pointed = caseOf(field, [{ ...at(700, 10, 7), isPoint: true }, at(70, 7, 4)], { grindingBits: 8 });

type Alter = (channel: ProverChannel<unknown>) => ProverChannel<unknown>;

/** A prover whose `count`-th message of this label in bytes is another. */
const sendingBytes =
  (label: string, count: number, change: (bytes: Uint8Array) => Uint8Array): Alter =>
  (channel) =>
    lyingChannel(field, channel, [{ at: { kind: `send bytes ${label}`, nth: count }, bytes: change }]);

/** The same for hints. */
const hinting =
  (label: string, count: number, change: (bytes: Uint8Array) => Uint8Array): Alter =>
  (channel) =>
    lyingChannel(field, channel, [{ at: { kind: `hint ${label}`, nth: count }, bytes: change }]);

const flipFirst = (bytes: Uint8Array): Uint8Array => bytes.map((byte, k) => (k === 0 ? byte ^ 1 : byte));

/** Returns the verdict on a forgery. */
function verdict(
  statement: Case,
  {
    alter = (channel) => channel,
    deviation,
    by = engine,
  }: { alter?: Alter; deviation?: Deviation; by?: typeof engine },
  shift?: unknown,
) {
  const proof = proofOf(field, (channel) => proving(by, statement, deviation)(alter(channel)));
  return () => check(field, proof, verifying(field, statement, shift));
}

describe('the statements', () => {
  it('have the levels that the tests are about, and honest proofs pass', () => {
    expect(single.parameters.places).toEqual([0]);
    expect(double.parameters.places).toEqual([0, 1]);
    expect(double.parameters.levels).toHaveLength(2);
    expect(stack.parameters.places).toEqual([0, 0, 0]);
    expect(stack.parameters.levels).toHaveLength(1);
    expect(pointed.parameters.places).toEqual([0, 1]);
    for (const statement of [single, double, stack, pointed]) verdict(statement, {})();
  });
});

describe('forgeries of the decommitment', () => {
  // hints of `double`: level 0 has one matrix, level 1 the message and the second vector
  it.each([
    [0, 'level 0/matrix 0/paths'],
    [1, 'level 1/matrix 0/paths'],
    [2, 'level 1/matrix 1/paths'],
  ])('a column changed, a digest of its path changed: hint %i', (count, where) => {
    expectRejection(verdict(double, { alter: hinting('columns', count, flipFirst) }), 'merkle', where);
    expectRejection(verdict(double, { alter: hinting('paths', count, flipFirst) }), 'merkle', where);
  });

  it('two columns exchanged', () => {
    const length = 4 * double.parameters.levels[0].matrices[0].rows;
    const exchange = (bytes: Uint8Array): Uint8Array =>
      Uint8Array.of(...bytes.subarray(length, 2 * length), ...bytes.subarray(0, length), ...bytes.subarray(2 * length));
    expectRejection(verdict(double, { alter: hinting('columns', 0, exchange) }), 'merkle', 'level 0/matrix 0/paths');
  });

  it('one digest too few', () => {
    const alter = hinting('paths', 2, (bytes) => bytes.subarray(26));
    expectRejection(verdict(double, { alter }), 'truncated', 'level 1/matrix 1/paths');
  });

  it('fewer queries than are due', () => {
    const { levels } = double.parameters;
    const parameters = { ...double.parameters, levels: levels.with(1, { ...levels[1], queries: 10 }) };
    // longer than due, so that the verifier finds all bytes that it asks for
    const alter = hinting('paths', 2, (bytes) => Uint8Array.of(...bytes, ...new Uint8Array(20_000)));
    expectRejection(verdict(double, { alter, deviation: { parameters } }), 'merkle', 'level 1/matrix 0/paths');
  });

  it('a proof that ends early, wherever', () => {
    const proof = proofOf(field, proving(engine, double));
    for (let length = 0; length < proof.length; length += 997) {
      const run = () => check(field, proof.subarray(0, length), verifying(field, double));
      expectRejection(run, 'truncated');
    }
  });
});

describe('forgeries of roots', () => {
  it('the root of a vector changed', () => {
    const alter = sendingBytes('root', 1, flipFirst);
    expectRejection(verdict(double, { alter }), 'merkle', 'level 1/matrix 1/paths');
  });

  it("the root of the message exchanged for that of the vector it was made of, or its neighbour's", () => {
    for (const other of [0, 1]) {
      let roots: Uint8Array[] = [];
      const alter: Alter = (channel) => ({
        ...channel,
        sendBytes(label, bytes) {
          if (label === 'root') roots = [...roots, bytes];
          channel.sendBytes(label, label === 'root' && roots.length === 3 ? roots[other] : bytes);
        },
      });
      expectRejection(verdict(double, { alter }), 'merkle', 'level 1/matrix 0/paths');
    }
  });

  it('the roots of two vectors of one shape exchanged', () => {
    const roots = ([first, second, third]: readonly Uint8Array[]) => [first, third, second];
    expectRejection(verdict(stack, { deviation: { roots } }), 'merkle', 'level 0/matrix 1/paths');
  });

  it('another vector behind an honest root', () => {
    const other = (by: Engine<unknown>): CommittedMatrix => {
      return committed(by, double, 1, vectorOf(double.members[1], 99));
    };
    const rowsToo: Deviation = {
      matrices: (by, [first, second]) => [first, { ...other(by), root: second.root }],
    };
    expectRejection(verdict(double, { deviation: rowsToo }), 'opening', 'level 1/row');
    const columnsOnly: Deviation = {
      matrices: (by, [first, second]) => [first, { ...other(by), root: second.root, combineRows: second.combineRows }],
    };
    expectRejection(verdict(double, { deviation: columnsOnly }), 'merkle', 'level 1/matrix 1/paths');
  });

  it('digests that are shorter than due, filled up with zeros', () => {
    const shortened = ([first]: readonly CommittedMatrix[], by: typeof engine): CommittedMatrix[] => {
      const { rows } = codeOf(single.parameters, 0);
      const encoded = by.encodeRows(by.view(by.fromIntegers(single.vectors[0]), 0, 64 * rows), rows, 8);
      const tree = buildTree(hasher, encoded.bytes(), encoded.columnByteLength, 20);
      const lengthen = (bytes: Uint8Array): Uint8Array => {
        const long = new Uint8Array((bytes.length / 20) * 26);
        for (let k = 0; k < bytes.length / 20; k++) long.set(bytes.subarray(20 * k, 20 * k + 20), 26 * k);
        return long;
      };
      const paths = (positions: readonly number[]) => lengthen(multiProof(tree, positions));
      return [{ ...first, root: lengthen(tree.root), paths }];
    };
    const deviation: Deviation = { matrices: (by, honest) => shortened(honest, by) };
    expectRejection(verdict(single, { deviation }), 'merkle', 'level 0/matrix 0/paths');
  });
});

/** A commitment to other values with the code of a member. */
function committed(by: Engine<unknown>, { parameters }: Case, member: number, values: Int32Array): CommittedMatrix {
  return commitMatrix(by, hasher, by.fromIntegers(values), codeOf(parameters, member));
}

describe('forgeries of the message', () => {
  /** Combines rows honestly, and adds to the first entries of the message. */
  const adding = (entries: (y: readonly unknown[]) => unknown[]): { deviation: Deviation; alter: Alter } => {
    let point: unknown[] = [];
    const matrices = (by: Engine<unknown>, [first, ...others]: readonly CommittedMatrix[]): CommittedMatrix[] => {
      const combineRows = (weights: Vector): Vector => {
        const honest = first.combineRows(weights);
        const added = by.zeros('extension', honest.length);
        const front = by.fromElements(entries(point));
        by.copy(by.view(added, 0, front.length), front);
        return by.add(honest, added);
      };
      return [{ ...first, combineRows }, ...others];
    };
    const alter: Alter = (channel) => ({
      ...channel,
      draw(label) {
        const value = channel.draw(label);
        if (label === 'bind') point = [...point, value];
        return value;
      },
    });
    return { deviation: { matrices }, alter };
  };

  it('a message that is not the combination, in clear', () => {
    expectRejection(
      verdict(
        single,
        adding(() => [field.one]),
      ),
      'opening',
      'level 0/row',
    );
  });

  it('one that gives the true value but is not the combination, in clear', () => {
    const forgery = adding((y) => {
      const [first, second] = field.tables.eqTable(suffix(y, 6));
      return [second, field.neg(first)];
    });
    expectRejection(verdict(single, forgery), 'proximity', 'level 0/columns');
  });

  it('a message that is not the combination, committed', () => {
    expectRejection(
      verdict(
        double,
        adding(() => [field.one]),
      ),
      'sumcheck',
      'level 1',
    );
  });

  it('one that gives the true value but is not the combination, committed', () => {
    const forgery = adding((y) => {
      const [first, second] = field.tables.eqTable(suffix(y, 7));
      return [second, field.neg(first)];
    });
    expectRejection(verdict(double, forgery), 'sumcheck', 'level 1');
  });
});

describe('forgeries of the code', () => {
  /** A matrix whose leaves are others; rows are combined as if they were not. */
  const withLeaves = (change: (words: Uint32Array) => void, columnVariables: number, statement: Case): Deviation => ({
    matrices(by, [first, ...others]) {
      const { rows } = codeOf(statement.parameters, 0);
      const vector = by.view(by.fromIntegers(statement.vectors[0]), 0, rows * 2 ** columnVariables);
      const leaves = by
        .encodeRows(vector, rows, columnVariables + 2)
        .bytes()
        .slice();
      change(new Uint32Array(leaves.buffer));
      const length = 4 * rows;
      const tree = buildTree(hasher, leaves, length, 26);
      const columns = (positions: readonly number[]): Uint8Array =>
        Uint8Array.from(positions.flatMap((k) => [...leaves.subarray(k * length, (k + 1) * length)]));
      return [{ ...first, root: tree.root, columns, paths: (positions) => multiProof(tree, positions) }, ...others];
    },
  });
  const p = Number(koalaBear.characteristic);
  const damage = (words: Uint32Array): void => {
    for (let k = 0; k < words.length; k++) words[k] = (words[k] + k + 1) % p;
  };

  it('columns of no code word, at the last level and before it', () => {
    expectRejection(verdict(single, { deviation: withLeaves(damage, 6, single) }), 'proximity', 'level 0/columns');
    expectRejection(verdict(double, { deviation: withLeaves(damage, 7, double) }), 'sumcheck', 'level 1');
  });

  it('values that are not canonical, committed like that', () => {
    const raise = (words: Uint32Array): void => {
      for (let k = 0; k < words.length; k++) if (words[k] + p < 2 ** 32) words[k] += p;
    };
    const where = 'level 0/matrix 0/columns';
    expectRejection(verdict(double, { deviation: withLeaves(raise, 7, double) }), 'non-canonical', where);
    // the same in a committed message
    const by: typeof engine = {
      ...engine,
      encodeRows(matrix, rows, logLength) {
        const encoded = engine.encodeRows(matrix, rows, logLength);
        if (matrix.kind === 'base') return encoded;
        const bytes = encoded.bytes().slice();
        raise(new Uint32Array(bytes.buffer));
        return { ...encoded, bytes: () => bytes };
      },
    };
    expectRejection(verdict(double, { by }), 'non-canonical', 'level 1/matrix 0/columns');
  });
});

describe('forgeries of the proof of work', () => {
  it.each([0, 1])('a nonce without its work, at level %i', (level) => {
    const alter = sendingBytes('nonce', level, flipFirst);
    expectRejection(verdict(double, { alter }), 'grinding', `level ${level}/nonce`);
  });
});

describe('forgeries of values', () => {
  it('an honest opening for a claim that is false', () => {
    expectRejection(verdict(single, {}, field.one), 'sumcheck', 'level 0');
    expectRejection(verdict(double, {}, field.one), 'sumcheck', 'level 0');
    expectRejection(verdict(pointed, {}, field.one), 'sumcheck', 'level 1');
  });

  // A prover that believes the false claim sends rounds whose linear coefficients are off by it; the values that end
  // the run can be chosen so that they fit the rounds.
  /** Values changed by what `choose` says, from the point, where each claim was made, and λ. */
  const balanced = (
    choose: (y: readonly unknown[], points: readonly (readonly unknown[])[], batch: unknown) => readonly unknown[],
  ): Alter => {
    return (channel) => {
      let y: unknown[] = [];
      let batch: unknown = field.one;
      let runs = 0;
      const points: unknown[][] = [];
      return {
        ...channel,
        draw(label) {
          const value = channel.draw(label);
          if (label === 'bind') y = [...y, value];
          if (label === 'batch') batch = value;
          return value;
        },
        drawMany(label, count) {
          const values = channel.drawMany(label, count);
          if (label === 'point') points.push(values);
          return values;
        },
        send(label, values) {
          if (label !== 'factors' || runs++ > 0) return channel.send(label, values);
          const added = choose(y, points, batch);
          channel.send(
            label,
            values.map((value, b) => field.add(value, added[b])),
          );
        },
      };
    };
  };

  it.each([
    ['in one level', single, 'opening', 'level 0/row'],
    ['before the last level', double, 'sumcheck', 'level 1'],
  ] as const)('a false claim with rounds and value that fit it, %s', (_name, statement, reason, where) => {
    const alter = balanced((y, [point]) => {
      const product = y.reduce(field.mul, field.one);
      return [field.mul(product, field.inv(evaluateEq(field, point, y)))];
    });
    expectRejection(verdict(statement, { alter, deviation: { shift: field.one } }, field.one), reason, where);
  });

  /** Weights with which values of `stack` enter the check of the run: λ^b·eq(point_b, suffix of y). */
  const runWeights = (y: readonly unknown[], points: readonly (readonly unknown[])[], batch: unknown): unknown[] => {
    let power = field.one;
    return points.map((point) => {
      const weight = field.mul(power, evaluateEq(field, point, suffix(y, point.length)));
      power = field.mul(power, batch);
      return weight;
    });
  };

  it('values of a stack that are wrong but balanced', () => {
    const alter = balanced((y, points, batch) => {
      const [first, second] = runWeights(y, points, batch);
      return [second, field.neg(first), field.zero];
    });
    expectRejection(verdict(stack, { alter }), 'opening', 'level 0/row');
  });

  it('selectors that were known too early would let balanced values pass; drawn after them, they do not', () => {
    const known = [field.fromInteger(12345), field.fromInteger(67890)];
    const frozen = (channel: VerifierChannel<unknown>): VerifierChannel<unknown> =>
      Object.assign(Object.create(channel), {
        drawMany: (label: string, count: number) => (label === 'selector' ? known : channel.drawMany(label, count)),
      });
    // orthogonal to the weights of the run and to those of the level's value
    const alter = balanced((y, points, batch) => {
      const run = runWeights(y, points, batch);
      const selected = field.tables.eqTable(known);
      const lacking = field.sub(field.one, y[0]);
      const value = [selected[0], field.mul(selected[1], lacking), field.mul(selected[2], lacking)];
      const minor = (a: number, b: number): unknown =>
        field.sub(field.mul(run[a], value[b]), field.mul(run[b], value[a]));
      return [minor(1, 2), minor(2, 0), minor(0, 1)];
    });
    const frozenProver: Alter = (channel) => ({
      ...channel,
      drawMany: (label, count) => (label === 'selector' ? known : channel.drawMany(label, count)),
    });
    const forged = (seen: Alter): Uint8Array =>
      proofOf(field, (channel) => proving(engine, stack)(alter(seen(channel))));
    check(field, forged(frozenProver), (channel) => verifying(field, stack)(frozen(channel)));
    const honest: Alter = (channel) => channel;
    expectRejection(() => check(field, forged(honest), verifying(field, stack)), 'opening', 'level 0/row');
  });
});
