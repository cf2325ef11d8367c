/** Section 14: parameters that were chosen elsewhere are read, and refused unless they are sound. */

import { check, log2 } from './field.ts';
import type { Level, Matrix, Parameters } from './opening.ts';
import type { Plan } from './plan.ts';

const FIELD_BITS = 123.95;

/** 2^-bits(count). */
const share = (count: number): number => count * 2 ** -FIELD_BITS;
const total = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

function otherErrors({
  nodes,
  tensors,
  variables,
  outputs,
  lookups,
  depths,
  columns,
  batch,
  committed,
}: Plan): number[] {
  const claims = tensors.map((_, t) => outputs.filter((other) => other === t).length + (t === 0 && committed ? 1 : 0));
  for (const [i, { kind, input }] of [...nodes.entries()].reverse())
    claims[input]! += kind === 'requantise' ? 1 : claims[i + 1]!;
  check(
    claims.every((count) => count <= 256),
    'there are too many claims on one tensor',
  );
  const counts = [outputs.length * Math.max(1, ...outputs.map((t) => variables[t]!))];
  const requantised = [...nodes.keys()].filter((i) => nodes[i]!.kind === 'requantise').map((i) => i + 1);
  for (const [i, { input, kind }] of nodes.entries()) {
    if (kind !== 'requantise') counts.push(claims[i + 1]! * (2 * Math.max(1, variables[input]! - log2(batch)) + 1));
  }
  if (lookups.length) {
    const layers = Array.from(
      { length: Math.max(...depths) },
      (_, j) => 1 + depths.filter((n) => n > j).length + 2 * j,
    );
    counts.push(total(depths.map((n) => 2 ** n)) + total(layers), total(requantised.map((t) => variables[t]!)));
    counts.push(columns.length + total(requantised.map((t) => claims[t]!)));
  }
  if (committed) counts.push(claims[0]! + 1 + Math.max(9, variables[0]!));
  return [...counts.map(share), 2 ** -128];
}

function levelErrors({ columnVariables: k, rateBits, matrices, queries, grindingBits }: Level, last: boolean) {
  const most = Math.max(...matrices.map((m) => m.variables));
  const bits = log2(matrices.length);
  const n = 2 ** (k + rateBits);
  const c = bits + most - k;
  const proximityBits = c === 0 ? null : Math.floor(100 * (FIELD_BITS - Math.log2(c) - (k + rateBits))) / 100;
  const [q, wrong] = [Math.min(queries, n), Math.floor((n - 2 ** k) / 2)];
  let missed = 2 ** -grindingBits;
  for (let i = 0; i < q; i++) missed *= Math.max(0, n - wrong - 1 - i) / (n - i);
  const counts = [
    matrices.length - 1 + 2 * most,
    bits + 2 * total(matrices.map((m) => most - m.variables)),
    last ? 0 : q,
  ];
  return { proximityBits, errors: [...counts.map(share), missed, proximityBits === null ? 0 : 2 ** -proximityBits] };
}

export function checkParameters(text: string, plan: Plan): Parameters | null {
  const errors = otherErrors(plan);
  const whole = (n: number, least: number, most: number): boolean => Number.isInteger(n) && n >= least && n <= most;
  const tensor = Math.max(9, plan.variables[0]!);
  const members = [
    ...(plan.columns.length ? [{ used: plan.packing.used, variables: plan.packing.variables, own: false }] : []),
    ...(plan.committed ? [{ used: 2 ** tensor, variables: tensor, own: true }] : []),
  ];
  const parameters = members.length ? (JSON.parse(text) as Parameters) : null;
  check(parameters !== null || text === 'null', 'there is nothing to open');
  if (parameters) {
    const { levels, places } = parameters;
    check(whole(levels?.length, 1, 30) && places.length === members.length, 'there are too few levels or places');
    const expected = levels.map((level, l) => {
      const { columnVariables: k, rateBits, queries, grindingBits } = level;
      check(whole(k, 0, 24) && whole(rateBits, 1, 24 - k), 'a code is out of range');
      check(whole(queries, 1, 2 ** 24) && whole(grindingBits, 0, 24), 'queries or grindingBits are out of range');
      const matrices: Matrix[] = [];
      const push = (rows: number, variables: number, kind: Matrix['kind']): void => {
        const digestLength = level.matrices[matrices.length]?.digestLength ?? 0;
        check(whole(digestLength, 1, 32) && whole(rows, 1, 2 ** 26), 'a matrix is out of range');
        matrices.push({ rows, variables, kind, digestLength });
      };
      const message = levels[l - 1]?.columnVariables;
      if (message !== undefined) push(2 ** Math.max(0, message - k), message, 'extension');
      for (const { used, variables, own } of members.filter((_, member) => places[member] === l)) {
        push(Math.ceil(used / 2 ** k), variables, 'base');
        const code = rateBits === 3 && k === Math.max(9, variables - 5) && matrices.at(-1)!.digestLength === 26;
        check(!own || code, 'the committed input has another code');
      }
      check(
        matrices.some(({ variables }) => variables >= k),
        'rows are longer than what stands in them',
      );
      const found = levelErrors({ ...level, matrices }, l === levels.length - 1);
      errors.push(...found.errors);
      return { columnVariables: k, rateBits, matrices, queries, grindingBits, proximityBits: found.proximityBits };
    });
    const digests = expected.flatMap((level) => level.matrices.map((m) => m.digestLength));
    errors.push(...[...new Set(digests)].map((length) => 2 ** (-4 * length)));
    check(
      places.every((place) => whole(place, 0, levels.length - 1)),
      'a member has no level',
    );
    const own = JSON.stringify({ fieldBits: FIELD_BITS, levels: expected, places, isPoint: false });
    check(own === text, 'the text is not that of its parameters');
  }
  check(total(errors) <= 2 ** -100, 'the errors add up to more than 2^-100');
  return parameters;
}
