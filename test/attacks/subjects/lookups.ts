// Sums of fractions and lookups alone; the columns are the verifier's own, as if they had been opened.

import { proveFractions, verifyFractions } from '../../../src/gkr/index.ts';
import {
  countMultiplicities,
  functionTable,
  type LookupColumns,
  lookupShape,
  proveLookups,
  rangeTable,
  verifyLookups,
} from '../../../src/lookup/index.ts';
import { channelVerifier, type Forgery, type Subject } from '../../../src/testing/index.ts';
import { withEqualRoots } from '../../../src/testing/network/witnesses.ts';
import { seeded, seededElements } from '../../support/fields.ts';
import { discharge, dischargeElements, freeing, lifted, type Setting } from './scope.ts';

/** Two trees, one of them with numerators one; their values are compared with those of the leaves. */
export function fractionSubject({ name, field, engine }: Setting): Subject<unknown> {
  const shapes = [
    { variables: 4, unitNumerators: true },
    { variables: 3, unitNumerators: false },
  ];
  const denominators = shapes.map(({ variables }, k) => seededElements(field, 2 ** variables, 11 + k));
  const numerators = Int32Array.of(3, 0, 1, -4, 0, 0, 7, 2);
  const sumOf = (tree: number): unknown =>
    denominators[tree].reduce((sum: unknown, q, k) => {
      const p = tree === 0 ? field.one : field.fromInteger(numerators[k]);
      return field.add(sum, field.mul(p, field.inv(q)));
    }, field.zero);
  const sums = [sumOf(0), sumOf(1)];
  const prove = (denominatorsOf: (tree: number) => readonly unknown[], numeratorsOf: Int32Array) =>
    freeing(engine, (channel) => {
      proveFractions(engine, channel, [
        { numerators: undefined, denominators: engine.fromElements(denominatorsOf(0)) },
        { numerators: engine.fromIntegers(numeratorsOf), denominators: engine.fromElements(denominatorsOf(1)) },
      ]);
    });
  const oneMore = (tree: number) => (at: number) =>
    at === tree ? denominators[at].map((q, k) => (k === 0 ? field.add(q, field.one) : q)) : denominators[at];
  const forgeries: Forgery<unknown>[] = [
    { name: 'a denominator of tree 0', kind: 'witness', prove: prove(oneMore(0), numerators) },
    { name: 'a denominator of tree 1', kind: 'witness', prove: prove(oneMore(1), numerators) },
    {
      name: 'a numerator',
      kind: 'witness',
      prove: prove(
        (tree) => denominators[tree],
        numerators.map((value, k) => (k === 2 ? value + 1 : value)),
      ),
    },
  ];
  return {
    name: `fractions, ${name}`,
    field,
    prove: prove((tree) => denominators[tree], numerators),
    verify: channelVerifier((channel, watched) => {
      const { roots, leaves } = verifyFractions(watched, channel, shapes);
      roots.forEach(({ numerator, denominator }, tree) => {
        channel.requireNonzero(denominator, 'lookup-zero-denominator', 'zero');
        const [sum] = lifted(field, watched, [sums[tree]]);
        channel.require(numerator, watched.mul(sum, denominator), 'lookup-root', 'another sum', 'roots');
      });
      leaves.forEach(({ point, numerator, denominator }, tree) => {
        const table = lifted(field, watched, denominators[tree]);
        dischargeElements(watched, channel, { point, value: denominator }, table, `denominators ${tree}`);
        if (tree === 1) discharge(watched, channel, { point, value: numerator }, numerators, 'numerators');
      });
    }),
    forgeries,
  };
}

/** Lookups of several sizes in a table with outputs and one without. */
export function lookupSubject({ name, field, engine }: Setting): Subject<unknown> {
  const relu = functionTable('relu', 3, -4, (v) => Math.max(v, 0));
  const range = rangeTable('range', 2, -2);
  const shape = lookupShape(
    [relu, range],
    [
      { table: 0, variables: 3 },
      { table: 1, variables: 2 },
      { table: 0, variables: 1 },
    ],
  );
  const random = seeded(5);
  const columns = shape.lookups.map(({ table, variables }): LookupColumns => {
    const { start, variables: bits, outputs } = shape.tables[table];
    const rows = Array.from({ length: 2 ** variables }, () => random(2 ** bits));
    const values = Int32Array.from(rows, (row) => start + row);
    return outputs === undefined ? { values } : { values, outputs: Int32Array.from(rows, (row) => outputs[row]) };
  });
  const counts = countMultiplicities(shape, columns);
  const prove = (told: readonly LookupColumns[], multiplicities: readonly Int32Array[], equalRoots = false) =>
    freeing(engine, (channel) => {
      proveLookups(engine, equalRoots ? withEqualRoots(field)(channel) : channel, shape, told, multiplicities);
    });
  const verify = (told: readonly LookupColumns[], multiplicities: readonly Int32Array[]) =>
    channelVerifier<unknown>((channel, watched) => {
      const claims = verifyLookups(watched, channel, shape);
      claims.columns.forEach(({ value, output }, lookup) => {
        discharge(watched, channel, value, told[lookup].values, `values ${lookup}`);
        if (output !== undefined) discharge(watched, channel, output, told[lookup].outputs ?? [], `outputs ${lookup}`);
      });
      claims.multiplicities.forEach((claim, table) => {
        discharge(watched, channel, claim, multiplicities[table], `multiplicities ${table}`);
      });
    });
  const forgeries: Forgery<unknown>[] = [];
  const forge = (what: string, told: readonly LookupColumns[], multiplicities: readonly Int32Array[]): void => {
    for (const equalRoots of [false, true]) {
      forgeries.push({
        name: `${what}${equalRoots ? ', equal roots' : ''}`,
        kind: 'witness',
        prove: prove(told, multiplicities, equalRoots),
        verify: verify(told, multiplicities),
      });
    }
  };
  const plus = (values: Int32Array, place: number, by: number): Int32Array =>
    values.map((value, k) => (k === place ? value + by : value));
  columns.forEach((column, lookup) => {
    const change = (changed: LookupColumns): LookupColumns[] => columns.map((old, k) => (k === lookup ? changed : old));
    forge(`a value of lookup ${lookup}`, change({ ...column, values: plus(column.values, 0, 9) }), counts);
    if (column.outputs !== undefined) {
      forge(`an output of lookup ${lookup}`, change({ ...column, outputs: plus(column.outputs, 1, 1) }), counts);
    }
  });
  counts.forEach((_, table) => {
    forge(
      `a multiplicity of table ${table}`,
      columns,
      counts.map((old, k) => (k === table ? plus(old, 0, 1) : old)),
    );
  });
  return { name: `lookups, ${name}`, field, prove: prove(columns, counts), verify: verify(columns, counts), forgeries };
}
