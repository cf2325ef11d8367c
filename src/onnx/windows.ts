// Windows of convolutions and pools from the attributes of their nodes, by the ONNX specification: explicit padding or
// auto_pad, and ceil_mode as padding at the end.

import type { Window } from '../network/model/network.ts';
import { describe, type OperatorNode, type Padding } from './graph.ts';

/** The attributes that define a window. */
export const WINDOW_ATTRIBUTES = ['kernel_shape', 'strides', 'dilations', 'pads', 'auto_pad'] as const;

/** The largest stride, dilation and padding. */
const MAX_EXTENT = 2 ** 16;

export interface PlacedWindow {
  readonly window: Window;
  /** Rows and columns of the output. */
  readonly output: readonly [number, number];
  /** Whether the node's own attributes pad the image; `window.padding` includes that of a Pad before it. */
  readonly isPadded: boolean;
  /** Whether ceil_mode makes windows reach beyond the padding. */
  readonly isExtended: boolean;
}

/**
 * @param kernel - the kernel that weights fix; from the attribute if left out
 * @param image - rows and columns of the input, without `before`
 * @param before - padding that a Pad node put around the image
 */
export function placeWindow(
  node: OperatorNode,
  image: readonly [number, number],
  before: Padding = [0, 0, 0, 0],
  kernel?: readonly number[],
): PlacedWindow {
  const kernelShape = pair(node, 'kernel_shape', kernel);
  const strides = pair(node, 'strides', [1, 1]);
  const dilations = pair(node, 'dilations', [1, 1]);
  if (kernel !== undefined && `${kernelShape}` !== `${kernel}`) {
    throw node.fail(`its kernel_shape is ${describe(kernelShape)}, but its weights have ${describe(kernel)}`);
  }
  const autoPad = node.text('auto_pad', 'NOTSET');
  const given = node.integers('pads');
  const explicit = given ?? [0, 0, 0, 0];
  if (explicit.length !== 4 || explicit.some((pad) => pad < 0 || pad > MAX_EXTENT)) {
    throw node.fail(`its pads are ${describe(explicit)}; four lengths of 0 to ${MAX_EXTENT} are supported`);
  }
  if (autoPad !== 'NOTSET' && explicit.some((pad) => pad !== 0)) {
    throw node.fail(`has pads and auto_pad ${autoPad}; only one of them may be given`);
  }
  const ceil = node.flag('ceil_mode');
  const padding = [0, 0, 0, 0] as [number, number, number, number];
  const output = [0, 0] as [number, number];
  let [isPadded, isExtended] = [false, false];
  for (const axis of [0, 1] as const) {
    const length = image[axis] + before[axis] + before[axis + 2];
    const [stride, extent] = [strides[axis], dilations[axis] * (kernelShape[axis] - 1) + 1];
    let [begin, end] = [explicit[axis], explicit[axis + 2]];
    if (autoPad === 'SAME_UPPER' || autoPad === 'SAME_LOWER') {
      const total = Math.max((Math.ceil(length / stride) - 1) * stride + extent - length, 0);
      begin = autoPad === 'SAME_UPPER' ? Math.floor(total / 2) : Math.ceil(total / 2);
      end = total - begin;
    } else if (autoPad !== 'NOTSET' && autoPad !== 'VALID') {
      throw node.fail(`auto_pad ${JSON.stringify(autoPad)} is not supported; NOTSET, VALID and SAME_* are`);
    }
    isPadded ||= begin + end > 0;
    const room = begin + length + end - extent;
    if (room < 0) {
      throw node.fail(
        `a kernel of ${describe(kernelShape)} with these dilations does not fit an image of ${describe(image)}`,
      );
    }
    let count = Math.floor(room / stride) + 1;
    if (ceil) {
      // No window begins in the padding at the end; one that reaches beyond it extends it.
      const more = Math.ceil(room / stride) + 1;
      count = (more - 1) * stride >= begin + length ? more - 1 : more;
      const reach = (count - 1) * stride - room;
      isExtended ||= reach > 0;
      if (reach > 0 || reach <= -stride) end = Math.max(end + reach, 0);
    }
    output[axis] = count;
    padding[axis] = begin + before[axis];
    padding[axis + 2] = end + before[axis + 2];
  }
  return { window: { kernel: kernelShape, strides, dilations, padding }, output, isPadded, isExtended };
}

function pair(node: OperatorNode, name: string, otherwise: readonly number[] | undefined): readonly [number, number] {
  const values = node.integers(name) ?? otherwise;
  if (values === undefined) throw node.fail(`has no ${name}: the file is damaged`);
  if (values.length !== 2) throw node.fail(`its ${name} is ${describe(values)}; images with two axes are supported`);
  if (values.some((value) => value < 1 || value > MAX_EXTENT)) {
    throw node.fail(`its ${name} is ${describe(values)}; lengths of 1 to ${MAX_EXTENT} are supported`);
  }
  return values as readonly number[] as readonly [number, number];
}

/** Whether every window has a position inside the image. */
export function coversImage({ window, output }: PlacedWindow, image: readonly [number, number]): boolean {
  const { kernel, strides, dilations, padding } = window;
  return ([0, 1] as const).every((axis) => {
    for (let p = 0; p < output[axis]; p++) {
      const before = padding[axis] - p * strides[axis];
      const first = Math.max(Math.ceil(before / dilations[axis]), 0);
      if (first >= kernel[axis] || first * dilations[axis] - before >= image[axis]) return false;
    }
    return true;
  });
}
