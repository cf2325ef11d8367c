// The costs of committing to a network's weights, once: the registration and its verification. Meant for a fresh
// process; a registration is made once, so that it is measured once, cold. The peak of resident memory is that of the
// process.

import { InputError } from '../../src/errors.ts';
import { encodeProvingKey } from '../../src/network/keys/open-prover.ts';
import { encodeVerifyingKey, verifyModel } from '../../src/network/keys/read-key.ts';
import { register } from '../../src/network/keys/register.ts';
import type { IntegerNetwork } from '../../src/network/model/network.ts';
import type { Outcome } from '../measure/outcome.ts';
import { median } from '../measure/statistics.ts';

/** One registration's figures; times in milliseconds, sizes in bytes. */
export interface RegistrationFigures {
  /** Committing, proving, and what the first proof needs. */
  readonly registerMs: number;
  readonly verifyModelMs: number;
  readonly keyBytes: number;
  readonly proverFileBytes: number;
  readonly registrationBytes: number;
  readonly registerPeakRssBytes: number;
}

/** The figures, and the file to measure proofs with. */
export interface MeasuredRegistration {
  readonly figures: RegistrationFigures;
  readonly proverFile: Uint8Array;
}

/** Verifications that the median is taken over, after one that is not counted. */
const VERIFICATIONS = 5;

/**
 * Registers a network and verifies the registration.
 *
 * @returns the figures, or why the network cannot be committed to
 * @throws Error if the registration is not accepted
 */
export async function benchRegistration(network: IntegerNetwork): Promise<Outcome<MeasuredRegistration>> {
  try {
    const started = performance.now();
    const { provingKey, verifyingKey, registration } = await register(network);
    const registerMs = performance.now() - started;
    const registerPeakRssBytes = process.resourceUsage().maxRSS * 1024;
    const [, ...times] = Array.from({ length: VERIFICATIONS + 1 }, () => {
      const begun = performance.now();
      const verdict = verifyModel(verifyingKey, registration);
      if (!verdict.ok) throw new Error(`the registration of ${network.name} was refused: ${verdict.message}`);
      return performance.now() - begun;
    });
    const proverFile = encodeProvingKey(provingKey);
    const figures = {
      ...{ registerMs, verifyModelMs: median(times), keyBytes: encodeVerifyingKey(verifyingKey).length },
      ...{ proverFileBytes: proverFile.length, registrationBytes: registration.length, registerPeakRssBytes },
    };
    return { figures, proverFile };
  } catch (error) {
    if (error instanceof InputError) return { reason: error.message };
    throw error;
  }
}
