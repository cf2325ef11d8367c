// Moves the clamps and roundings of a float network as early as possible. Both act value by value and are monotone,
// so that they commute with maxima and concatenations: max-pool(x) then clamp is clamp(x) then max-pool. They then
// follow a sum, which they turn into a small integer at no extra cost; and a pool compares only small integers.

import { type FloatLayer, type FloatNetwork, inputsOfFloat } from './float-network.ts';

type Elementwise = Extract<FloatLayer, { kind: 'clamp' | 'round' }>;

/** Returns the network with every clamp and rounding moved before the pools and concatenations that only it reads. */
export function advanceClamps(network: FloatNetwork): FloatNetwork {
  let current = network;
  for (;;) {
    const next = advanceOnce(current);
    if (next === undefined) return current;
    current = next;
  }
}

function advanceOnce(network: FloatNetwork): FloatNetwork | undefined {
  const { layers, shapes, outputs } = network;
  const index = layers.findIndex((layer) => isElementwise(layer) && canPass(network, layer.input));
  if (index < 0) return undefined;
  const moved = layers[index] as Elementwise;
  const passed = moved.input - 1;

  // A clamp moves to the place of the layer that it passes, and that layer moves to the clamp's place.
  const newLayers: FloatLayer[] = [];
  const newShapes = [shapes[0]];
  const places = [0];
  const emit = (layer: FloatLayer, shape: FloatNetwork['shapes'][number]): number => {
    newLayers.push(layer);
    newShapes.push(shape);
    return newLayers.length;
  };
  layers.forEach((layer, at) => {
    if (at === index) {
      places.push(places[passed + 1]);
    } else if (at === passed) {
      const inputs = inputsOfFloat(layer).map((tensor) => emit({ ...moved, input: places[tensor] }, shapes[tensor]));
      places.push(emit(withInputs(layer, inputs), shapes[at + 1]));
    } else {
      const inputs = inputsOfFloat(layer).map((tensor) => places[tensor]);
      places.push(emit(withInputs(layer, inputs), shapes[at + 1]));
    }
  });
  return {
    ...network,
    layers: newLayers,
    shapes: newShapes,
    outputs: outputs.map((output) => ({ ...output, tensor: places[output.tensor] })),
  };
}

const isElementwise = (layer: FloatLayer): layer is Elementwise => layer.kind === 'clamp' || layer.kind === 'round';

/** Whether this tensor comes from a pool of maxima or a concatenation and is read once, not given out. */
function canPass({ layers, outputs }: FloatNetwork, tensor: number): boolean {
  const kind = tensor === 0 ? undefined : layers[tensor - 1].kind;
  if (kind !== 'max-pool' && kind !== 'concatenate') return false;
  if (outputs.some((output) => output.tensor === tensor)) return false;
  return layers.flatMap(inputsOfFloat).filter((read) => read === tensor).length === 1;
}

function withInputs(layer: FloatLayer, inputs: readonly number[]): FloatLayer {
  return 'inputs' in layer ? { ...layer, inputs } : { ...layer, input: inputs[0] };
}
