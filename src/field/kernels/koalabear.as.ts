// The KoalaBear kernels as one WebAssembly module; what each computes stands in the libraries.

export {
  addScaledBase,
  addScaledBase4,
  addScaledExtension,
  addWords,
  affineBase,
  bindBase,
  bindExtension,
  eqStep,
  foldFractions,
  fromSigned,
  lift,
  mulBase,
  mulExtension,
  mulMixed,
  scaleRows,
  subWords,
  toCanonical,
  toElementWords,
} from './koalabear-vectors.lib.as';
export { dot, round, roundWeighted } from './koalabear-rounds.lib.as';
export {
  addTwisted,
  butterflies,
  extendPowers,
  radix2,
  radix4,
  transposeReversed,
  transposeReversedExtension,
} from './koalabear-codes.lib.as';
export { gatherSigned16, gatherSigned32, scatterPowers16, scatterPowers32 } from './koalabear-gather.lib.as';
export { gatherProductsBase, gatherProductsExtension } from './koalabear-pairs.lib.as';
export { foldIntegers, gatherWeighted, splitWords } from './koalabear-integers.lib.as';
