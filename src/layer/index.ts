// One linear layer a = W·x proven by several methods over the same field, transcript and kernels, for comparison.
//
//   protocol.ts  the methods, the statement and its bounds
//   prove.ts     lays out weights and proves by each method; verify.ts checks
//   circuit/     W·x as a layered circuit with W among its inputs, by provers specialised for it
//   general/     the same circuit by the prover of any circuit
//
// It puts `sparse` and `gkr/circuit` side by side; networks do not use it.

export { LAYER_METHODS, type LayerMethod } from './protocol.ts';
export {
  type LayerProofOptions,
  layerOutput,
  type PreparedLayer,
  prepareLayer,
  proveLayer,
  proveLayerStatement,
} from './prove.ts';
export { verifyLayer, verifyLayerStatement } from './verify.ts';
