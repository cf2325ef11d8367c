// An integer network under construction: every layer that is added runs on the calibration samples at once, so that the
// next choice sees the integers that the network will really compute.

import { hull, type Interval } from '../network/model/interval.ts';
import { rulesOf } from '../network/model/layers/registry.ts';
import { valuesOf } from '../network/model/layers/values.ts';
import { type InputSpec, inputsOf, type Layer, type Shape } from '../network/model/network.ts';

export class IntegerBuilder {
  readonly layers: Layer[] = [];
  readonly intervals: Interval[];
  readonly shapes: Shape[];
  /** By tensor; undefined once released. */
  readonly #samples: (readonly Int32Array[] | undefined)[];

  constructor({ shape, min, max }: InputSpec, samples: readonly Int32Array[]) {
    this.shapes = [shape];
    this.intervals = [hull([min, max])];
    this.#samples = [samples];
  }

  /** Adds a layer; returns its tensor. */
  add(layer: Layer): number {
    const inputs = inputsOf(layer);
    const rules = rulesOf(layer);
    const shapes = inputs.map((tensor) => this.shapes[tensor]);
    this.shapes.push(rules.outputShape(layer, shapes));
    const intervals = inputs.map((tensor) => this.intervals[tensor]);
    this.intervals.push(valuesOf(layer).bound(layer, intervals, shapes));
    const samples = inputs.map((tensor) => this.samplesOf(tensor));
    this.#samples.push(
      samples[0].map((_, i) =>
        valuesOf(layer).evaluate(
          layer,
          samples.map((each) => each[i]),
          shapes,
        ),
      ),
    );
    return this.layers.push(layer);
  }

  /** The tensor's values on each sample. */
  samplesOf(tensor: number): readonly Int32Array[] {
    const samples = this.#samples[tensor];
    if (samples === undefined) throw new Error(`the samples of tensor ${tensor} were released`);
    return samples;
  }

  /** Drops the values of tensors that no later layer reads. */
  release(isLive: (tensor: number) => boolean): void {
    for (let tensor = 0; tensor < this.#samples.length; tensor++) {
      if (!isLive(tensor)) this.#samples[tensor] = undefined;
    }
  }
}
