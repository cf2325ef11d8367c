// Pools over windows of images, and means and maxima over whole images.

import { describe, type OperatorNode, type Value } from './graph.ts';
import { coversImage, type PlacedWindow, placeWindow, WINDOW_ATTRIBUTES } from './windows.ts';

/** The greatest value in each window. */
export function maxPool(node: OperatorNode): Value {
  // `resolve` rejects a reader of the second output, the positions of the maxima
  node.expect(
    1,
    1,
    [
      ...WINDOW_ATTRIBUTES.filter((name) => name !== 'dilations'),
      { name: 'dilations', since: 10 },
      { name: 'ceil_mode', since: 10 },
      { name: 'storage_order', since: 8 },
    ],
    node.opset < 8 ? 1 : 2,
  );
  const value = node.padded(0);
  const { builder } = node;
  const { tensor, shape } = builder.image(node, value);
  const [channels, ...image] = shape;
  if (value.padding !== undefined) {
    // A Pad's zeros count, but change no maximum of values that are not negative.
    const before = builder.layers[tensor - 1];
    if (before?.kind !== 'clamp' || before.min < 0) node.computed(0);
  }
  const placed = placeWindow(node, image, value.padding?.sides);
  checkWindows(node, placed, image);
  const layer = { kind: 'max-pool', ...node.label, input: tensor, window: placed.window } as const;
  return builder.add(node, layer, [channels, ...placed.output]);
}

/**
 * The mean of each window. The zeros of a Pad before it count, its own padding counts by count_include_pad, and the
 * padding that ceil_mode adds does not.
 */
export function averagePool(node: OperatorNode): Value {
  node.expect(1, 1, [
    ...WINDOW_ATTRIBUTES.filter((name) => name !== 'dilations'),
    { name: 'dilations', since: 19 },
    { name: 'ceil_mode', since: 10 },
    'count_include_pad',
  ]);
  const value = node.padded(0);
  const { builder } = node;
  const { tensor, shape } = builder.image(node, value);
  const [channels, ...image] = shape;
  const placed = placeWindow(node, image, value.padding?.sides);
  checkWindows(node, placed, image);
  const includes = node.flag('count_include_pad');
  const isCounted = value.padding !== undefined || (placed.isPadded && includes);
  const isLeftOut = placed.isExtended || (placed.isPadded && !includes);
  if (isCounted && isLeftOut) {
    throw node.fail(
      'counts some of the positions beyond the image and some not; set ceil_mode to 0 or pad in one way only',
    );
  }
  const layer = { input: tensor, window: placed.window, countsPadding: !isLeftOut };
  return builder.add(node, { kind: 'average-pool', ...node.label, ...layer }, [channels, ...placed.output]);
}

/** @throws InputError for a window without a position inside the image, which has no maximum and no mean */
function checkWindows(node: OperatorNode, placed: PlacedWindow, image: readonly [number, number]): void {
  const { kernel, padding } = placed.window;
  node.builder.spendActivations(node, placed.output[0] * kernel[0] + placed.output[1] * kernel[1]);
  if (coversImage(placed, image)) return;
  throw node.fail(
    `has windows that lie in the padding ${describe(padding)} of an image of ${describe(image)}; pad by less than the kernel`,
  );
}

export function globalAveragePool(node: OperatorNode): Value {
  node.expect(1, 1, []);
  return overImage(node, 'average-pool', [2, 3], true);
}

export function globalMaxPool(node: OperatorNode): Value {
  node.expect(1, 1, []);
  return overImage(node, 'max-pool', [2, 3], true);
}

/** The mean over rows, columns or both; the axes are an attribute, or an input since opset 18. */
export function reduceMean(node: OperatorNode): Value {
  const versioned = [
    { name: 'axes', before: 18 },
    { name: 'noop_with_empty_axes', since: 18 },
  ];
  node.expect(1, 2, ['keepdims', ...versioned]);
  const { shape } = node.computed(0);
  const rank = shape.length;
  const axes = (node.integerList('axes', 1) ?? []).map((axis) => (axis < 0 ? axis + rank : axis));
  if (axes.length === 0 && node.flag('noop_with_empty_axes')) return node.computed(0);
  if (rank !== 4 || axes.length === 0 || axes.some((axis) => axis !== 2 && axis !== 3)) {
    throw node.fail(
      `takes the mean of a tensor of shape ${describe(shape)} over axes ${describe(axes)}; ` +
        'over rows and columns (axes 2 and 3) of an image is supported',
    );
  }
  return overImage(node, 'average-pool', axes, node.flag('keepdims', true));
}

function overImage(
  node: OperatorNode,
  kind: 'average-pool' | 'max-pool',
  axes: readonly number[],
  keepsAxes: boolean,
): Value {
  const { tensor, shape } = node.builder.image(node, node.computed(0));
  const [channels, rows, columns] = shape;
  const kernel = [axes.includes(2) ? rows : 1, axes.includes(3) ? columns : 1] as const;
  const window = { kernel, strides: [1, 1], dilations: [1, 1], padding: [0, 0, 0, 0] } as const;
  const layer = { ...node.label, input: tensor, window };
  const output = [channels, rows - kernel[0] + 1, columns - kernel[1] + 1];
  const view = [1, ...output].filter((_, axis) => keepsAxes || !axes.includes(axis));
  return node.builder.add(
    node,
    kind === 'max-pool' ? { kind, ...layer } : { kind, ...layer, countsPadding: true },
    output,
    view,
  );
}
