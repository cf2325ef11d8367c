// Every target, by name.

import type { Target } from '../target.ts';
import { accuracy } from './accuracy.ts';
import { data } from './data.ts';
import { commitment, signals } from './json.ts';
import { compiled, model } from './models.ts';
import { imported, onnx } from './onnx.ts';
import { proofTargets } from './proofs.ts';
import { provable } from './provable.ts';
import { key, prover, registration } from './registered.ts';

export const TARGETS: readonly Target[] = [
  model,
  compiled,
  key,
  prover,
  registration,
  ...proofTargets,
  ...provable,
  accuracy,
  onnx,
  imported,
  data,
  signals,
  commitment,
];
