// Rules of the graph, for every network: from a caller's objects (check.ts) or from a file.

import { describe } from '../../bytes.ts';
import { InputError } from '../../errors.ts';
import { type IntegerNetwork, inputsOf, type Layer } from './network.ts';

/**
 * Checks that every layer reads earlier tensors, and that every tensor is read or given out.
 *
 * @throws InputError that names the layer or the output that is wrong
 */
export function checkGraph({ name, layers, outputs }: IntegerNetwork): void {
  if (layers.length === 0) throw new InputError(`network ${name}: it has no layers; give at least one`);
  if (outputs.length === 0) throw new InputError(`network ${name}: it has no outputs; give at least one`);
  const isUsed = new Array<boolean>(layers.length + 1).fill(false);
  const isTensor = (tensor: number, end: number): boolean => Number.isInteger(tensor) && tensor >= 0 && tensor < end;
  layers.forEach((layer, index) => {
    for (const tensor of inputsOf(layer)) {
      if (!isTensor(tensor, index + 1)) throw new InputError(`layer ${layer.name}: ${noTensor(tensor)}`);
      isUsed[tensor] = true;
    }
  });
  const firstOutput = new Map<number, number>();
  outputs.forEach(({ tensor, scale }, index) => {
    if (!isTensor(tensor, layers.length + 1)) throw new InputError(`output ${index}: ${noTensor(tensor)}`);
    if (tensor === 0) throw new InputError(`output ${index}: it is the network's input; name the tensor of a layer`);
    const first = firstOutput.get(tensor);
    if (first !== undefined)
      throw new InputError(`output ${index}: tensor ${tensor} is output ${first} already; give it once`);
    firstOutput.set(tensor, index);
    if (!(scale > 0 && scale < Number.POSITIVE_INFINITY)) {
      throw new InputError(`output ${index}: its scale is ${scale}; give a finite positive number`);
    }
    isUsed[tensor] = true;
  });
  const unused = isUsed.indexOf(false);
  if (unused < 0) return;
  const producer = unused === 0 ? 'the input' : `layer ${(layers[unused - 1] as Layer).name}`;
  throw new InputError(`network ${name}: nothing reads what ${producer} produces; leave it out, or make it an output`);
}

const noTensor = (tensor: unknown): string =>
  `it reads tensor ${describe(tensor)}, which no earlier layer produces; tensor 0 is the input, tensor i + 1 layer i's`;
