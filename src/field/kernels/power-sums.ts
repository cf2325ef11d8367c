// Sums of geometric series over some powers of a root of unity, v[i] = Σⱼ cⱼ·ω^(posⱼ·i): the transposed
// Reed–Solomon code at a few positions.
//
// A transform whose input is almost all zeros, by decimation in time: even and odd positions, halved, have sums of
// half the period, and v[i] = even[i] + ωⁱ·odd[i]. A class that is left with one position is a geometric
// series, made by doubling; with q positions that happens after about log₂ q stages. Of periods beyond the length
// only the wanted part is computed.

import { UsageError } from '../../errors.ts';
import { addExtension, type KoalaElement, mulMod, powMod } from '../koalabear-arithmetic.ts';
import { rootOfUnity } from '../koalabear-tables.ts';
import { requirePositions } from '../positions.ts';
import { powersOf } from './reed-solomon.ts';
import { BLOCK, type KoalaVector, type Storage } from './storage.ts';

const WORD_BYTES = 4;
const ELEMENT_BYTES = 16;

/** A position, halved at each stage, and its coefficient. */
interface Term {
  readonly position: number;
  readonly coefficient: KoalaElement;
}

/**
 * The sums for i < length with ω of order 2^logLength, a new extension vector.
 * @throws UsageError unless there is one coefficient a position, below 2^logLength, and `length` is a power of two up
 * to that
 */
export function powerSums(
  storage: Storage,
  positions: readonly number[],
  coefficients: readonly KoalaElement[],
  logLength: number,
  length: number,
): KoalaVector {
  requirePositions(positions, logLength, length);
  if (coefficients.length !== positions.length) {
    throw new UsageError(`${coefficients.length} coefficients for ${positions.length} positions`);
  }
  const terms = positions.map((position, j) => ({ position, coefficient: coefficients[j] }));
  const roots = Array.from({ length: logLength + 1 }, (_, log) => rootOfUnity(log));
  const { memory, kernels } = storage;
  const sums = storage.allocate('extension', length);
  const mark = memory.mark();
  const ratio = memory.allocate(WORD_BYTES);
  /** Entry k: the powers of roots[k] that meet odd sums in a stage to period 2^k, which is more than a block. */
  const twiddles = roots.map((root, log) =>
    2 ** log > BLOCK ? powersOf(storage, root, Math.max(BLOCK, Math.min(length, 2 ** (log - 1)))) : 0,
  );

  /** Writes `count` sums of a class of period 2^log to `out`. */
  function write(members: readonly Term[], log: number, count: number, out: number): void {
    const period = 2 ** log;
    if (members.length === 0) {
      memory.bytes.fill(0, out, out + ELEMENT_BYTES * count);
    } else if (members.length === 1 || period === BLOCK) {
      writeSeries(members, roots[log], count, out);
    } else {
      const half = Math.min(count, period / 2);
      write(halved(members, 0), log - 1, half, out);
      const top = memory.mark();
      const odd = count === period ? out + ELEMENT_BYTES * half : memory.allocate(ELEMENT_BYTES * half);
      write(halved(members, 1), log - 1, half, odd);
      if (count === period) kernels.butterflies(out, half / BLOCK, twiddles[log]);
      else kernels.addTwisted(out, odd, half / BLOCK, twiddles[log]);
      memory.release(top);
    }
  }

  /** The same for one position, or for as many sums as a block has. */
  function writeSeries(members: readonly Term[], root: number, count: number, out: number): void {
    const { words } = memory;
    firstSums(members, root, BLOCK).forEach((element, i) => {
      element.forEach((coordinate, k) => {
        words[out / WORD_BYTES + BLOCK * k + i] = kernels.encode(coordinate);
      });
    });
    for (let known = BLOCK; known < count; known *= 2) {
      words[ratio / WORD_BYTES] = kernels.encode(powMod(powMod(root, members[0].position), known));
      kernels.extendPowers(out, known, ratio);
    }
  }

  if (length >= BLOCK) write(terms, logLength, length, sums.offset);
  else for (const [i, sum] of firstSums(terms, roots[logLength], length).entries()) storage.set(sums, i, sum);
  memory.release(mark);
  return sums;
}

/** The terms with even or odd positions, halved. */
function halved(terms: readonly Term[], parity: number): Term[] {
  return terms
    .filter(({ position }) => (position & 1) === parity)
    .map(({ position, coefficient }) => ({ position: position >>> 1, coefficient }));
}

/** Σⱼ cⱼ·root^(posⱼ·i) for a few i, term by term. */
function firstSums(terms: readonly Term[], root: number, length: number): KoalaElement[] {
  const sums = new Array<KoalaElement>(length).fill([0, 0, 0, 0]);
  for (const { position, coefficient } of terms) {
    const factor = powMod(root, position);
    for (let i = 0, power = 1; i < length; i++, power = mulMod(power, factor)) {
      const [c0, c1, c2, c3] = coefficient;
      const term: KoalaElement = [mulMod(c0, power), mulMod(c1, power), mulMod(c2, power), mulMod(c3, power)];
      sums[i] = addExtension(sums[i], term);
    }
  }
  return sums;
}
