// A claim on a layer's outputs is one at a point of (batch, row) variables, by every method.

import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { LAYER_METHODS } from '../../src/layer/protocol.ts';
import { verifyLayer } from '../../src/layer/verify.ts';
import { check } from '../support/channels.ts';
import { seededElements, settings } from '../support/fields.ts';
import { randomLayer } from './layers.ts';

const [, field] = settings[0];

describe.each(LAYER_METHODS)('a claim on a layer by %s', (method) => {
  // 5 outputs are 3 variables, a batch of 2 one more
  const { weights } = randomLayer(5, 6, 2, 0.5, 3);
  it.each([0, 3, 5])('is not one of %i variables where 4 are due', (variables) => {
    const output = { point: seededElements(field, variables, 1), value: field.one };
    const run = () =>
      check(field, new Uint8Array(4096), (channel) => verifyLayer(field, channel, method, weights, 1, output));
    expect(run).toThrow(UsageError);
    expect(run).toThrow(`a claim at ${variables} variables on a batch of 2^1 outputs`);
  });
});
