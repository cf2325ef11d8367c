// Pools over windows of images, and means and maxima over whole images.

import { describe, type OperatorNode, type Padding, type Value } from './graph.ts';
import { coversImage, isPadded, type PlacedWindow, placeWindow, WINDOW_ATTRIBUTES } from './windows.ts';

/** The greatest value in each window; its second output, the indices, is not supported. */
export function maxPool(node: OperatorNode): Value {
  node.expect(1, 1, [...WINDOW_ATTRIBUTES, 'ceil_mode', 'storage_order']);
  const value = node.padded(0);
  const { builder } = node;
  const { tensor, shape } = builder.image(node, value);
  const [channels, ...image] = shape;
  if (value.padding !== undefined) {
    // Zeros count here, but change no maximum of values that are not negative.
    const before = builder.layers[tensor - 1];
    if (before?.kind !== 'clamp' || before.min < 0) node.computed(0);
  }
  const placed = placeWindow(node, image, value.padding?.sides);
  checkCovers(node, placed, image);
  const layer = { kind: 'max-pool', ...node.label, input: tensor, window: placed.window } as const;
  return builder.add(node, layer, [channels, ...placed.output]);
}

/** The mean of each window; padding counts as zeros (count_include_pad, or a Pad before) or not at all. */
export function averagePool(node: OperatorNode): Value {
  node.expect(1, 1, [...WINDOW_ATTRIBUTES, 'ceil_mode', 'count_include_pad']);
  const value = node.padded(0);
  const { builder } = node;
  const { tensor, shape } = builder.image(node, value);
  const [channels, ...image] = shape;
  const placed = placeWindow(node, image, value.padding?.sides);
  checkCovers(node, placed, image);
  const includes = node.flag('count_include_pad');
  const own = ownPadding(placed, value.padding?.sides);
  const countsPadding = includes || value.padding !== undefined;
  if ((countsPadding && placed.isExtended && isPadded(placed.window) && (value.padding !== undefined || own.counted)) ||
    (value.padding !== undefined && !includes && own.any)) {
    throw node.fail(
      'counts some of its padding and some not; set ceil_mode to 0, or leave out either the padding or the Pad before',
    );
  }
  const window = placed.window;
  // Windows beyond the image in ceil_mode do not count; without any padding there is nothing to count.
  const counts = !isPadded(window) || (countsPadding && !placed.isExtended);
  const layer = { kind: 'average-pool', ...node.label, input: tensor, window, countsPadding: counts } as const;
  return builder.add(node, layer, [channels, ...placed.output]);
}
