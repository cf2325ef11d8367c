import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { integers, openChannel } from './channel.ts';
import { eq, type F, type Point } from './field.ts';
import { openLevels } from './levels.ts';
import { lookUp } from './lookups.ts';
import type { Parameters } from './parameters.ts';

interface Vector {
  readonly field: string;
  readonly proof: string;
}

interface LookupVector extends Vector {
  readonly tables: readonly { variables: number; start: number; greatest: number; outputs: number[] | null }[];
  readonly lookups: readonly { table: number; v: readonly number[] }[];
  readonly rowPoint: string;
  readonly claims: Record<'v' | 'y' | 'multiplicities', readonly (readonly [string, string])[]>;
}

interface OpeningVector extends Vector {
  readonly parameters: string;
  readonly points: readonly string[];
  readonly claims: readonly string[];
  readonly levels: readonly { readonly v: string }[];
}

const path = (name: string): URL => new URL(`../vectors/${name}.json`, import.meta.url);
const read = (name: string): Vector[] => [JSON.parse(readFileSync(path(name), 'utf8')) as Vector | Vector[]].flat();
const koalaBear = <V extends Vector>(name: string): V[] => read(name).filter((v) => v.field === 'KoalaBear^4') as V[];
const encode = (point: Point): string => Buffer.from(Uint32Array.from(point.flat(), Number).buffer).toString('hex');
const decode = (hex: string): F[] => {
  const values = integers(Buffer.from(hex, 'hex'));
  return Array.from({ length: values.length / 4 }, (_, i) => values.slice(4 * i, 4 * i + 4));
};

describe.each(koalaBear<LookupVector>('lookup'))('a lookup', (vector) => {
  it('leaves the claims of the vector', () => {
    const channel = openChannel(Buffer.from(vector.proof, 'hex'), '');
    const tables = vector.tables.map(({ variables, start, greatest, outputs }) => ({
      variables,
      values: Array.from({ length: 2 ** variables }, (_, i) => BigInt(start + i > greatest ? 0 : start + i)),
      ...(outputs ? { outputs: outputs.map(BigInt) } : {}),
    }));
    const lookups = vector.lookups.map(({ table, v }) => ({ table, variables: Math.log2(v.length) }));
    const found = lookUp(channel, tables, lookups);
    expect(channel.left()).toBe(0);
    expect(encode(found.point)).toBe(vector.rowPoint);
    expect(found.columns.map(({ point, v }) => [encode(point), encode([v])])).toEqual(vector.claims.v);
    const outputs = found.columns.filter((_, l) => tables[lookups[l].table].outputs);
    expect(outputs.map(({ point, y }) => [encode(point), encode([y])])).toEqual(vector.claims.y);
    const counted = found.multiplicities.map(({ point, value }) => [encode(point), encode([value])]);
    expect(counted).toEqual(vector.claims.multiplicities);
  });
});

describe.each(koalaBear<OpeningVector>('recursive'))('an opening by several levels', (vector) => {
  const bytes = Buffer.from(vector.proof, 'hex');
  const parameters = JSON.parse(vector.parameters) as Parameters;
  const open = (proof: Buffer): F[] => {
    const channel = openChannel(proof, '');
    // a level's message stands before the members that join it
    const matrices = parameters.places.map((place, member) => {
      const before = parameters.places.slice(0, member).filter((other) => other === place).length;
      return parameters.levels[place].matrices[before + (place > 0 ? 1 : 0)];
    });
    const roots = matrices.map(({ digestLength }) => channel.bytes('root', digestLength));
    for (const [j, { variables }] of matrices.entries()) {
      const drawn = encode(channel.draw('point', variables));
      if (proof === bytes) expect(drawn).toBe(vector.points[j]);
    }
    const members = roots.map((root, j) => {
      const point = decode(vector.points[j]);
      const [claim] = decode(vector.claims[j]);
      return { root, relation: { variables: point.length, claim, weight: (end: Point) => eq(point, end) } };
    });
    const values = openLevels(channel, parameters, members);
    if (channel.left() > 0) throw new Error('the proof has bytes left');
    return values;
  };

  it('is accepted with the values of the vector', () => {
    expect(open(bytes).map((value) => encode([value]))).toEqual(vector.levels.map(({ v }) => v));
  });

  it('is refused with a byte changed', () => {
    for (let i = 0; i < bytes.length; i += 37) {
      const mutant = Buffer.from(bytes);
      mutant[i] ^= 1 + (i % 255);
      expect(() => open(mutant), `byte ${i}`).toThrow();
    }
  });
});
