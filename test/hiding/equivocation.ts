// Equivocation: from a proof about one witness, coins are computed under which another witness gives the same messages,
// number for number. If they exist for every proof and every other witness, and are as likely as the first prover's, a proof
// says nothing about which witness its prover had. A leak makes the test fail: some number cannot be explained.

import type { CommitmentParameters } from '../../src/commit/recursive/parameters.ts';
import type { Engine, Vector } from '../../src/field/engine.ts';
import type { Coins } from '../../src/hiding/coins.ts';
import { LEAST_TAIL } from '../../src/hiding/protocol.ts';
import type { ProverChannel } from '../../src/transcript/channel.ts';
import type { Sponge } from '../../src/transcript/index.ts';
import { type AnyField, seeded } from '../support/fields.ts';
import { coordinatesOf, Fitter } from './fitter.ts';

/** A message that a prover sends: its place, and what it consists of. */
export interface Message {
  readonly where: string;
  readonly verb: 'send' | 'sendBytes' | 'hint';
  readonly label: string;
  readonly values: readonly unknown[];
}

/** The record of a run: everything that is sent or drawn, the matrices, and the message at the line. */
export interface Run {
  readonly messages: Message[];
  /** By level. */
  readonly positions: number[][];
  readonly challenges: Map<string, unknown>;
  /** Data rows of each encoded matrix, in the order of their commitments: coordinates. */
  readonly matrices: { readonly rows: number; readonly width: number; readonly coordinates: bigint[][] }[];
  line: unknown[];
}

/** Challenges that depend on nothing but their number. */
export function scriptedSponge(seed: number): () => Sponge {
  return () => {
    let draws = 0;
    return {
      absorb: () => undefined,
      squeeze() {
        const random = seeded(seed + 7919 * draws++);
        return (length: number) => Uint8Array.from({ length }, () => random(256));
      },
    };
  };
}

/** A prover of one statement, as a function of witness and coins; it wraps its channel and its engine as it is told. */
export type Prove<W> = (
  witness: W,
  coins: Coins,
  watch: {
    readonly engine: (engine: Engine<unknown>) => Engine<unknown>;
    readonly below: (channel: ProverChannel<unknown>) => ProverChannel<unknown>;
    /** To be called where the message of the line is not sent as it is. */
    readonly onMessage: (engine: Engine<unknown>, message: Vector) => undefined;
  },
) => void | Promise<void>;

/** Coins of which some are given, the others random; all that were drawn are kept. */
class KeptCoins implements Coins {
  readonly drawn = new Map<string, Uint8Array>();
  readonly #given: ReadonlyMap<string, Uint8Array>;
  readonly #field: AnyField;
  readonly #random: (bound: number) => number;

  constructor(field: AnyField, seed: number, given: ReadonlyMap<string, Uint8Array> = new Map()) {
    this.#field = field;
    this.#given = given;
    this.#random = seeded(seed);
  }

  draw(label: string, count: number): Uint8Array {
    const known = this.#given.get(label);
    const bytes = known ?? encodeBase(this.#field, this.elements(count));
    if (this.drawn.has(label)) throw new Error(`${label} is drawn twice`);
    if (bytes.length !== count * this.#field.baseByteLength) throw new Error(`${label}: ${count} elements are drawn`);
    this.drawn.set(label, bytes);
    return bytes;
  }

  elements(count: number): bigint[] {
    const p = this.#field.characteristic;
    return Array.from({ length: count }, () => {
      let value = 0n;
      for (let bits = 0; bits < 280; bits += 20) value = (value << 20n) | BigInt(this.#random(2 ** 20));
      return value % p;
    });
  }
}

function encodeBase({ baseByteLength }: AnyField, values: readonly bigint[]): Uint8Array {
  const bytes = new Uint8Array(values.length * baseByteLength);
  for (const [k, value] of values.entries()) {
    for (let b = 0; b < baseByteLength; b++) bytes[k * baseByteLength + b] = Number((value >> BigInt(8 * b)) & 255n);
  }
  return bytes;
}

function decodeBase({ baseByteLength }: AnyField, bytes: Uint8Array, at: number): bigint {
  let value = 0n;
  for (let b = baseByteLength - 1; b >= 0; b--) value = (value << 8n) | BigInt(bytes[at * baseByteLength + b]);
  return value;
}

/** Runs the prover and keeps what is seen. */
export async function record<W>(field: AnyField, prove: Prove<W>, witness: W, coins: Coins): Promise<Run> {
  const run: Run = { messages: [], positions: [], challenges: new Map(), matrices: [], line: [] };
  const path: string[] = [];
  const level = (): number => Number(/level (\d+)/.exec(path.join('/'))?.[1] ?? -1);
  await prove(witness, coins, {
    engine: (engine) => ({
      ...engine,
      encodeRows(matrix, rows, logLength) {
        const elements = engine.toElements(matrix);
        const width = elements.length / rows;
        const parts = Array.from({ length: rows * (matrix.kind === 'base' ? 1 : field.degree) }, (_, part) => {
          const [row, c] = matrix.kind === 'base' ? [part, 0] : [Math.floor(part / field.degree), part % field.degree];
          return Array.from({ length: width / 2 }, (_, k) => coordinatesOf(field, elements[row * width + k])[c]);
        });
        run.matrices.push({ rows, width: width / 2, coordinates: parts });
        return engine.encodeRows(matrix, rows, logLength);
      },
    }),
    below: (channel) => ({
      ...channel,
      send(label, values) {
        if (label === 'row' && run.line.length === 0) run.line = [...values];
        run.messages.push({
          where: path.join('/'),
          verb: 'send',
          label,
          values: values.flatMap((v) => coordinatesOf(field, v)),
        });
        channel.send(label, values);
      },
      sendBytes(label, bytes) {
        run.messages.push({ where: path.join('/'), verb: 'sendBytes', label, values: [...bytes] });
        channel.sendBytes(label, bytes);
      },
      hint(label, bytes) {
        run.messages.push({ where: path.join('/'), verb: 'hint', label, values: [...bytes] });
        channel.hint(label, bytes);
      },
      draw(label) {
        const challenge = channel.draw(label);
        run.challenges.set(label, challenge);
        return challenge;
      },
      drawIndices(label, count, bits) {
        const indices = channel.drawIndices(label, count, bits);
        const known = run.positions[level()] ?? [];
        run.positions[level()] = [...new Set([...known, ...indices])].sort((a, b) => a - b);
        return indices;
      },
      within(name, inner) {
        path.push(name);
        try {
          return channel.within(name, inner);
        } finally {
          path.pop();
        }
      },
    }),
    onMessage(engine, message) {
      run.line = engine.toElements(message);
      return undefined;
    },
  });
  return run;
}

/** Messages that follow from what is hashed or searched for. */
const DIGESTS = ['root', 'paths', 'nonce'];

export interface Explained {
  /** Numbers sent, digests and nonces left out. */
  readonly numbers: number;
  /** Of the elements that are hidden, those that differ between the witnesses. */
  readonly differing: number;
  /** Messages that the second witness cannot give: their places. */
  readonly different: readonly string[];
}

/**
 * Explains a proof about one witness by another.
 *
 * @param memberLabels - for each member, the label of the coins of its tails, in the order of the commitments
 */
export async function explain<W>(
  field: AnyField,
  parameters: CommitmentParameters,
  memberLabels: readonly string[],
  prove: Prove<W>,
  witnesses: readonly [W, W],
  seed: number,
): Promise<Explained> {
  const { levels, places } = parameters;
  const { degree, baseByteLength } = field;
  const firstCoins = new KeptCoins(field, seed);
  const first = await record(field, prove, witnesses[0], firstCoins);
  const disclosing = levels.findIndex(({ chunks }) => chunks !== undefined);
  const random = new KeptCoins(field, seed + 1);
  const free = (count: number): bigint[] => random.elements(count);
  const columnsAt = (index: number): Uint8Array[] =>
    first.messages
      .filter(({ where, label }) => where === `level ${index}` && label === 'columns')
      .map(({ values }) => Uint8Array.from(values as number[]));
  /** The entry of a base row at position j. */
  const opened = (index: number, stacked: number, row: number, baseRows: number): bigint[] =>
    first.positions[index].map((_, j) => decodeBase(field, columnsAt(index)[stacked], j * baseRows + row));
  const tailsFor = (index: number, stacked: number, rows: readonly bigint[][], count: number): bigint[][] => {
    const level = levels[index];
    const { kind, rows: all } = level.matrices[stacked];
    const baseRows = kind === 'base' ? all : degree * all;
    const fitter = new Fitter(field, level, level.tail!, first.positions[index]);
    return rows.slice(0, count).map((row, k) => fitter.fit(row, opened(index, stacked, k, baseRows), free));
  };

  // 1. Tails of the members' data, then those of each hidden message, whose rows follow from the tails before.
  const given = new Map<string, Uint8Array>();
  let second = await record(field, prove, witnesses[1], new KeptCoins(field, seed + 2, given));
  for (const [member, label] of memberLabels.entries()) {
    const index = places[member];
    const before = places.slice(0, member).filter((place) => place === index).length;
    const stacked = before + (index > 0 ? 1 : 0);
    const { rows, blinds = 0 } = levels[index].matrices[stacked];
    const tails = tailsFor(index, stacked, second.matrices[member].coordinates, rows - blinds);
    given.set(label, encodeBase(field, tails.flat()));
  }
  for (let index = 1; index <= disclosing; index++) {
    second = await record(field, prove, witnesses[1], new KeptCoins(field, seed + 2, given));
    const { coordinates } = second.matrices[places.length + index - 1];
    const tails = tailsFor(index, 0, coordinates, coordinates.length);
    for (let c = 0; c < degree; c++) {
      const own = tails.filter((_, k) => k % degree === c);
      given.set(`message ${index - 1}, coordinate ${c}`, encodeBase(field, own.flat()));
    }
  }

  // 2. Pads, noise and mask, from what was sent and what the second witness has to send.
  const coinsOf2 = new KeptCoins(field, seed + 2, given);
  second = await record(field, prove, witnesses[1], coinsOf2);
  const elementsIn = (coins: KeptCoins, label: string): unknown[] => {
    const bytes = coins.drawn.get(label)!;
    const { byteLength } = field;
    return Array.from({ length: bytes.length / byteLength }, (_, k) => field.read(bytes, k * byteLength));
  };
  const elements = (numbers: readonly unknown[]): unknown[] =>
    Array.from({ length: numbers.length / degree }, (_, k) =>
      field.fromCoefficients((numbers as bigint[]).slice(k * degree, (k + 1) * degree)),
    );
  const valuesOf = (run: Run, label: string): unknown[] =>
    elements(run.messages.find((message) => message.label === label)!.values);
  const sentIn = (run: Run): unknown[] => {
    const end = run.messages.findIndex(({ label }) => label === 'blinds');
    return run.messages.slice(0, end).flatMap(({ verb, values }) => (verb === 'send' ? elements(values) : []));
  };
  const z = first.challenges.get('line');
  const [pads, ownPads] = [elementsIn(firstCoins, 'pads'), elementsIn(coinsOf2, 'pads')];
  const sent = sentIn(first);
  const trueFirst = sent.map((value, i) => field.sub(value, pads[i + 2]));
  const trueSecond = sentIn(second).map((value, i) => field.sub(value, ownPads[i + 2]));
  const { columnVariables, tail = 0, chunks = 0, matrices } = levels[disclosing];
  const width = 2 ** columnVariables;
  const shown = valuesOf(first, 'pads');
  const lines: unknown[] = [];
  const lineTails: unknown[] = [];
  for (let [at, chunk] = [0, 0]; chunk < chunks; chunk++) {
    const own = Math.min(width, pads.length - chunk * width);
    lines.push(...shown.slice(at, at + own));
    lineTails.push(...shown.slice(at + own, at + own + LEAST_TAIL));
    at += own + LEAST_TAIL;
  }
  const onLine = (line: unknown, pad: unknown): unknown => field.sub(line, field.mul(z, pad));
  const newPads = pads.map((_, i) =>
    i >= 2 && i - 2 < sent.length ? field.sub(sent[i - 2], trueSecond[i - 2]) : field.fromCoefficients(free(degree)),
  );
  // the rows of the mask: m = G + z·combined, and m of the second run is what its own mask makes of the same combination
  const maskOf = (coins: KeptCoins): unknown[] => {
    const rows = Array.from({ length: degree }, (_, c) => coins.drawn.get(`mask, coordinate ${c}`)!);
    return Array.from({ length: width + tail }, (_, k) =>
      field.fromCoefficients(rows.map((row) => decodeBase(field, row, k))),
    );
  };
  const ownMask = maskOf(coinsOf2);
  const newMask = ownMask.map((own, k) => field.add(own, field.sub(first.line[k], second.line[k])));
  for (let c = 0; c < degree; c++) {
    given.set(
      `mask, coordinate ${c}`,
      encodeBase(
        field,
        newMask.map((value) => coordinatesOf(field, value)[c]),
      ),
    );
  }
  const secretsIndex = matrices.findIndex(({ blinds }) => blinds !== undefined);
  const { rows: allRows, blinds = 0 } = matrices[secretsIndex];
  const fitter = new Fitter(field, levels[disclosing], LEAST_TAIL, first.positions[disclosing]);
  const flat = (list: readonly unknown[]): Uint8Array =>
    encodeBase(
      field,
      list.flatMap((value) => coordinatesOf(field, value)),
    );
  const givePads = (): void => {
    given.set('pads', flat(newPads));
    given.set('noise', flat(lines.map((line, i) => onLine(line, newPads[i]))));
  };
  givePads();
  // the first two pads blind the coefficients of the equations, which follow from the noise of all others
  const third = new KeptCoins(field, seed + 2, given);
  const probe = valuesOf(await record(field, prove, witnesses[1], third), 'blinds');
  const due = valuesOf(first, 'blinds');
  const [pad0] = elementsIn(third, 'pads');
  const [, noise1] = elementsIn(third, 'noise');
  newPads[1] = field.add(newPads[1], field.sub(due[3], probe[3]));
  const equations1 = field.sub(field.sub(probe[2], pad0), noise1);
  newPads[0] = field.sub(field.sub(due[2], equations1), onLine(lines[1], newPads[1]));
  givePads();
  const padTails = Array.from({ length: chunks }, (_, chunk) => {
    const own = newPads.slice(chunk * width, (chunk + 1) * width).map((pad) => coordinatesOf(field, pad));
    const tails = Array.from({ length: degree }, (_, c) =>
      fitter.fit(
        own.map((pad) => pad[c]),
        opened(disclosing, secretsIndex, allRows - blinds + degree * (1 + chunk) + c, allRows),
        free,
      ),
    );
    return Array.from({ length: LEAST_TAIL }, (_, t) => field.fromCoefficients(tails.map((tail) => tail[t])));
  }).flat();
  given.set('tails of pads', flat(padTails));
  given.set('tails of noise', flat(padTails.map((value, t) => onLine(lineTails[t], value))));

  // 3. The second witness under these coins.
  const last = await record(field, prove, witnesses[1], new KeptCoins(field, seed + 2, given));
  const different: string[] = [];
  let numbers = 0;
  for (const [k, message] of first.messages.entries()) {
    if (DIGESTS.includes(message.label)) continue;
    const other = last.messages[k];
    const isSame =
      other?.label === message.label &&
      other.where === message.where &&
      other.values.length === message.values.length &&
      message.values.every((value, at) => value === other.values[at]);
    if (isSame) numbers += message.verb === 'hint' ? message.values.length / baseByteLength : message.values.length;
    else different.push(`${message.where}/${message.label}`);
  }
  const differing = trueFirst.filter((value, i) => !field.equal(value, trueSecond[i])).length;
  return { numbers, differing, different };
}
