// The reduction of claims on committed weights to one claim on the vector that holds them: against the extensions by
// their definition, and against provers that lie in what they send.

import { describe, expect, it } from 'vitest';
import type { IntegerNetwork } from '../../../src/network/index.ts';
import { boundsOf } from '../../../src/network/model/bounds.ts';
import type { RelationGraph } from '../../../src/network/relations/nodes.ts';
import { planGraph } from '../../../src/network/statement/plan.ts';
import { committedRoles, type WeightClaim } from '../../../src/network/weights/claims.ts';
import { layoutWeights, type WeightLayout } from '../../../src/network/weights/layout.ts';
import { evaluateSquareWeight, placeClaims } from '../../../src/network/weights/protocol.ts';
import { type ProverWeightClaim, proveWeightClaims } from '../../../src/network/weights/prove.ts';
import { layOutWeights, weightEntries } from '../../../src/network/weights/vectors.ts';
import { verifyWeightClaims } from '../../../src/network/weights/verify.ts';
import { logCeil, suffix } from '../../../src/poly/point.ts';
import { forEachNonzero, isTernary } from '../../../src/sparse/weight-matrix.ts';
import { evaluatePackedWeight } from '../../../src/sumcheck/packed-claims.ts';
import { powers } from '../../../src/sumcheck/protocol.ts';
import type { ProverChannel } from '../../../src/transcript/channel.ts';
import { createProverChannel } from '../../../src/transcript/prover-channel.ts';
import { check, expectRejection, liesOf, messagesOf, proofOf } from '../../support/channels.ts';
import { type AnyField, seeded, seededElements, settings } from '../../support/fields.ts';
import { convolutional, perceptron } from '../../support/networks.ts';
import { mixedChain } from './support.ts';

/** Claims on every committed tensor of a network, some of them twice, at points of their own; all of them true. */
function trueClaims(
  field: AnyField,
  graph: RelationGraph,
  seed: number,
  twice = false,
): (WeightClaim<unknown> & { readonly columns: number })[] {
  return graph.nodes.flatMap((node, index) =>
    committedRoles(node).flatMap((role, k) =>
      (twice ? [0, 1] : [0]).map((copy) => {
        const columns = node.kind === 'matrix' ? node.columnVariables : 0;
        const rows =
          node.kind === 'matrix' ? node.weights.rowCount : node.kind === 'scale' ? node.multipliers.length : 0;
        const point = seededElements(field, logCeil(rows) + columns, seed + 100 * index + 10 * k + copy);
        let value = field.zero;
        if (node.kind === 'matrix') {
          const [row, column] = [point.slice(0, point.length - columns), suffix(point, columns)].map((half) =>
            field.tables.eqTable(half),
          );
          forEachNonzero(node.weights, (o, c, weight) => {
            const term = field.mul(field.fromInteger(weight), field.mul(row[o], column[c]));
            value = field.add(value, term);
          });
        } else if (node.kind === 'scale') {
          value = field.tables.evaluateIntegers(role === 'multipliers' ? node.multipliers : node.biases, point);
        }
        return { node: index, role, point, value, columns };
      }),
    ),
  );
}

/** Everything that both sides need of a network's weights. */
function prepared([, field, createEngine]: (typeof settings)[number], network: IntegerNetwork, twice = false) {
  const graph = planGraph(network, field.characteristic, boundsOf(network));
  const layout = layoutWeights(graph);
  const engine = createEngine();
  const vectors = layOutWeights(engine, graph, layout);
  const claims = trueClaims(field, graph, 7, twice);
  const prove = (channel: ProverChannel<unknown>) => {
    const folded = claims.map((claim): ProverWeightClaim<unknown> => {
      const node = graph.nodes[claim.node];
      if (node.kind !== 'matrix') return { ...claim, folded: undefined };
      const rows = engine.eqTable(claim.point.slice(0, claim.point.length - claim.columns));
      const { weights: matrix } = node;
      const made = isTernary(matrix)
        ? engine.gatherSigned(engine.gatherPlan(matrix), rows)
        : engine.gatherWeighted(engine.weightedPlan(matrix), rows);
      return { ...claim, folded: made };
    });
    return proveWeightClaims(engine, channel, graph, vectors, folded);
  };
  const verify = (proof: Uint8Array, own: readonly WeightClaim<unknown>[] = claims, of: WeightLayout = layout) =>
    check(field, proof, (channel) => verifyWeightClaims(field, channel, graph, of, own));
  const entries = weightEntries(graph, layout, 2 ** layout.variables);
  const evaluate = (point: readonly unknown[]) => field.tables.evaluateIntegers(entries, point);
  return { field, graph, layout, claims, prove, verify, evaluate };
}

const NETWORKS: readonly [string, IntegerNetwork][] = [
  ['a perceptron', perceptron({ sizes: [20, 13, 7, 3], seed: 5 })],
  ['a perceptron of one weight', perceptron({ sizes: [1, 1], seed: 5 })],
  ['images with weights of both kinds', convolutional({ seed: 2 })],
  ['images with groups', convolutional({ seed: 6 })],
  ...[1, 2, 3, 4, 5, 6].map((seed): [string, IntegerNetwork] => [`chain ${seed}`, mixedChain(seeded(seed))]),
];

describe.each(settings)('claims on committed weights, over %s', (...setting) => {
  it.each(NETWORKS)('%s: one claim is left, and it is true', (_name, network) => {
    for (const twice of [false, true]) {
      const { field, prove, verify, evaluate } = prepared(setting, network, twice);
      let proven: unknown;
      const proof = proofOf(field, (channel) => {
        proven = prove(channel);
      });
      const claim = verify(proof);
      expect(claim).toEqual(proven);
      expect(evaluate(claim.point)).toEqual(claim.value);
    }
  });
});

describe('provers that lie', () => {
  const setting = settings[0];
  const cases = NETWORKS.slice(0, 4).map(([name, network]) => [name, prepared(setting, network, true)] as const);

  it.each(cases)('%s: in one message, and are honest after it', (_name, { field, prove, verify }) => {
    const run = (channel: ProverChannel<unknown>): void => {
      prove(channel);
    };
    const messages = messagesOf(field, run);
    expect(new Set(messages.map(([label]) => label))).toEqual(new Set(['round', 'factors']));
    const first = messages.findIndex(([label]) => label === 'factors');
    for (const lie of liesOf(field, run)) {
      const where = lie.message <= first ? /^squares/ : /^sum/;
      expectRejection(() => verify(proofOf(field, run, lie)), 'sumcheck', where);
    }
  });

  it.each(cases)('%s: in one claim', (_name, { field, claims, prove, verify }) => {
    const proof = proofOf(field, (channel) => {
      prove(channel);
    });
    claims.forEach((claim, index) => {
      const changed = claims.map((own, k) =>
        k === index ? { ...own, value: field.add(claim.value, field.one) } : own,
      );
      expectRejection(() => verify(proof, changed), 'sumcheck', /^squares$/);
      if (claim.point.length === 0) return;
      // the linear form of another point
      const point = claim.point.map((x, k) => (k === 0 ? field.add(x, field.one) : x));
      const moved = claims.map((own, k) => (k === index ? { ...own, point } : own));
      expectRejection(() => verify(proof, moved), 'sumcheck', /^squares$/);
    });
  });

  it('in two values of squares that balance in the run: the sum over squares has both', () => {
    const { field, graph, layout, claims, prove, verify } = prepared(setting, NETWORKS[0][1]);
    const placed = placeClaims(field, graph, layout, claims);
    const last = placed.squares.length;
    for (const [i, j] of [
      [0, 1],
      [2, 0],
      [1, last],
    ]) {
      const draws: Record<string, unknown[]> = { weights: [], batch: [], bind: [] };
      const channel = createProverChannel(field);
      let runs = 0;
      prove({
        ...channel,
        draw(label) {
          const drawn = channel.draw(label);
          draws[label]?.push(drawn);
          return drawn;
        },
        send(label, values) {
          if (label !== 'factors' || runs++ > 0) {
            channel.send(label, values);
            return;
          }
          const coefficients = powers(field, draws['batch'][0], last + 1);
          const eta = powers(field, draws['weights'][0], placed.dense.length);
          const factorOf = (k: number): unknown => {
            if (k < last) {
              const point = suffix(draws['bind'], layout.columnVariables + layout.rowVariables);
              return field.mul(coefficients[k], evaluateSquareWeight(field, layout, placed.squares[k], point));
            }
            const { packing } = layout.dense ?? { packing: { variables: 0, blocks: [], used: 0 } };
            const point = suffix(draws['bind'], packing.variables);
            return field.mul(coefficients[k], evaluatePackedWeight(field, packing, placed.dense, eta, point));
          };
          const lied = [...values];
          lied[i] = field.add(lied[i], field.one);
          lied[j] = field.sub(lied[j], field.mul(factorOf(i), field.inv(factorOf(j))));
          channel.send(label, lied);
        },
      });
      expectRejection(() => verify(channel.bytes()), 'sumcheck', /^sum$/);
    }
  });

  it('about which blocks a layer has: two matrices, two of 8 bits, multipliers and biases', () => {
    const swap = <T>(list: readonly T[], i: number, j: number): T[] =>
      list.map((_, k) => list[k === i ? j : k === j ? i : k]);
    // three matrices of one shape, so that every square fits every matrix
    const square = prepared(setting, perceptron({ sizes: [8, 8, 8, 8], seed: 3 }));
    expect(square.layout.squares).toHaveLength(3);
    const proof = proofOf(square.field, (channel) => {
      square.prove(channel);
    });
    const exchanged = { ...square.layout, squares: swap(square.layout.squares, 0, 2) };
    expectRejection(() => square.verify(proof, square.claims, exchanged), 'sumcheck', /^sum$/);
    const { dense } = square.layout;
    if (dense === undefined) throw new Error('multipliers and biases are expected');
    for (const [i, j] of [
      [0, 1],
      [2, 4],
    ]) {
      const other = { ...square.layout, dense: { ...dense, blocks: swap(dense.blocks, i, j) } };
      expectRejection(() => square.verify(proof, square.claims, other), 'sumcheck', /^squares$/);
    }
    const bits = prepared(setting, convolutional({ seed: 2 }));
    const blocks = bits.layout.dense?.blocks.findIndex(({ role }) => role === 'plus') ?? -1;
    expect(blocks).toBeGreaterThanOrEqual(0);
    const own = proofOf(bits.field, (channel) => {
      bits.prove(channel);
    });
    const ownDense = bits.layout.dense;
    if (ownDense === undefined) return;
    const signs = { ...bits.layout, dense: { ...ownDense, blocks: swap(ownDense.blocks, blocks, blocks + 1) } };
    expectRejection(() => bits.verify(own, bits.claims, signs), 'sumcheck', /^squares$/);
  });

  it('truncated, everywhere', () => {
    const { field, prove, verify } = cases[0][1];
    const proof = proofOf(field, (channel) => {
      prove(channel);
    });
    for (let length = 0; length < proof.length; length += 3) {
      expectRejection(() => verify(proof.subarray(0, length)), 'truncated', /^(squares|sum)/);
    }
    expectRejection(() => verify(Uint8Array.of(...proof, 0)), 'trailing-bytes');
  });
});
