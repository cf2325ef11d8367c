// The kernels in JavaScript over typed arrays, for where WebAssembly or its 128-bit vectors are missing or
// forbidden. Words are canonical values: products are reduced in floating point (javascript-arithmetic.ts),
// which needs no Montgomery form.

import * as codes from './javascript-codes.ts';
import * as gather from './javascript-gather.ts';
import * as integers from './javascript-integers.ts';
import * as pairs from './javascript-pairs.ts';
import * as rounds from './javascript-rounds.ts';
import * as vectors from './javascript-vectors.ts';
import type { KoalaKernels } from './koalabear.ts';
import type { KernelMemory } from './memory.ts';

/** The JavaScript kernels over a memory. */
export function javascriptKernels(memory: KernelMemory): KoalaKernels {
  let words = new Int32Array(memory.words.buffer);

  /** The kernel over the memory as it is at each call. */
  function over<Arguments extends number[]>(
    kernel: (words: Int32Array, ...offsets: Arguments) => void,
  ): (...offsets: Arguments) => void {
    return (...offsets) => {
      if (words.buffer !== memory.words.buffer) words = new Int32Array(memory.words.buffer);
      kernel(words, ...offsets);
    };
  }

  return {
    name: 'js',
    encode: (value) => value,
    decode: (word) => word,
    fromSigned: over(vectors.fromSigned),
    toCanonical: over(vectors.toCanonical),
    lift: over(vectors.lift),
    toElementWords: over(vectors.toElementWords),
    addWords: over(vectors.addWords),
    subWords: over(vectors.subWords),
    mulBase: over(vectors.mulBase),
    mulMixed: over(vectors.mulMixed),
    mulExtension: over(vectors.mulExtension),
    bindExtension: over(vectors.bindExtension),
    bindBase: over(vectors.bindBase),
    eqStep: over(vectors.eqStep),
    addScaledExtension: over(vectors.addScaledExtension),
    addScaledBase: over(vectors.addScaledBase),
    addScaledBase4: over(vectors.addScaledBase4),
    affineBase: over(vectors.affineBase),
    foldFractions: over(vectors.foldFractions),
    dot: over(rounds.dot),
    round: over(rounds.round),
    roundWeighted: over(rounds.roundWeighted),
    gatherSigned16: over(gather.gatherSigned16),
    gatherSigned32: over(gather.gatherSigned32),
    gatherProductsBase: over(pairs.gatherProductsBase),
    gatherProductsExtension: over(pairs.gatherProductsExtension),
    scatterPowers16: over(gather.scatterPowers16),
    scatterPowers32: over(gather.scatterPowers32),
    splitWords: over(integers.splitWords),
    gatherWeighted: over(integers.gatherWeighted),
    foldIntegers: over(integers.foldIntegers),
    scaleRows: over(vectors.scaleRows),
    transposeReversed: over(codes.transposeReversed),
    transposeReversedExtension: over(codes.transposeReversedExtension),
    extendPowers: over(codes.extendPowers),
    butterflies: over(codes.butterflies),
    addTwisted: over(codes.addTwisted),
    radix2: over(codes.radix2),
    radix4: over(codes.radix4),
  };
}
