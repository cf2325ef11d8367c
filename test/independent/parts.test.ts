import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Channel, type Step } from './channel.ts';
import { type Element, elements, eq, type Point, Refusal } from './field.ts';
import { lookUp } from './lookups.ts';
import { open, type Parameters } from './opening.ts';

interface Vector {
  readonly field: string;
  readonly proof: string;
  readonly steps: readonly Step[];
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
}

const path = (name: string): URL => new URL(`../vectors/${name}.json`, import.meta.url);
const read = (name: string): Vector[] => [JSON.parse(readFileSync(path(name), 'utf8')) as Vector | Vector[]].flat();
const decode = (hex: string): Element[] => elements(Uint8Array.from(Buffer.from(hex, 'hex')));
const encode = (point: Point): string => Buffer.from(Uint32Array.from(point.flat(), Number).buffer).toString('hex');
const koalaBear = <V extends Vector>(name: string): V[] => read(name).filter((v) => v.field === 'KoalaBear^4') as V[];

/** The channel of a vector is of no context. */
const start = (proof: Uint8Array): [Channel, Step[]] => {
  const steps: Step[] = [];
  return [new Channel('', proof, steps), steps];
};

describe.each(koalaBear<LookupVector>('lookup'))('a lookup', (vector) => {
  it('leaves the claims of the vector', () => {
    const [channel, steps] = start(Buffer.from(vector.proof, 'hex'));
    const tables = vector.tables.map(({ variables, start: a, greatest, outputs }) => ({
      variables,
      values: Array.from({ length: 2 ** variables }, (_, i) => BigInt(a + i > greatest ? 0 : a + i)),
      ...(outputs ? { outputs: outputs.map(BigInt) } : {}),
    }));
    const lookups = vector.lookups.map(({ table, v }) => ({ table, variables: Math.log2(v.length) }));
    const found = lookUp(channel, tables, lookups);
    channel.finish();
    expect(steps).toEqual(vector.steps);
    expect(encode(found.point)).toBe(vector.rowPoint);
    expect(found.columns.map(({ point, v }) => [encode(point), encode([v])])).toEqual(vector.claims.v);
    const outputs = found.columns.flatMap(({ point, y }) => (y ? [[encode(point), encode([y])]] : []));
    expect(outputs).toEqual(vector.claims.y);
    const counted = found.multiplicities.map(({ point, value }) => [encode(point), encode([value])]);
    expect(counted).toEqual(vector.claims.multiplicities);
  });
});

describe.each(koalaBear<OpeningVector>('recursive'))('an opening', (vector) => {
  const bytes = Buffer.from(vector.proof, 'hex');
  const parameters = JSON.parse(vector.parameters) as Parameters;
  const verify = (proof: Uint8Array): Step[] => {
    const [channel, steps] = start(proof);
    // a level's message stands before the members that join it
    const matrices = parameters.places.map((place, member) => {
      const before = parameters.places.slice(0, member).filter((other) => other === place).length;
      return parameters.levels[place]!.matrices[before + (place > 0 ? 1 : 0)]!;
    });
    const roots = matrices.map(({ digestLength }) => channel.bytes('root', digestLength));
    for (const { variables } of matrices) channel.draw('point', variables);
    const members = roots.map((root, j) => {
      const point = decode(vector.points[j]!);
      const claim = decode(vector.claims[j]!)[0]!;
      return { root, relation: { variables: point.length, claim, weight: (end: Point) => eq(point, end) } };
    });
    open(channel, parameters, members);
    channel.finish();
    return steps;
  };

  it('is accepted with the transcript of the vector', () => {
    expect(verify(bytes)).toEqual(vector.steps);
  });

  it('is refused with a byte changed', () => {
    for (let i = 0; i < bytes.length; i += 37) {
      const mutant = Buffer.from(bytes);
      mutant[i]! ^= 1 + (i % 255);
      expect(() => verify(mutant), `byte ${i}`).toThrow(Refusal);
    }
  });
});
