// An adversary for any protocol of this library, or of your own.
//
//   subject.ts          a prover and a verifier as the adversary sees them
//   assault.ts          attacks every message; census.ts counts the mutants
//   attempt.ts          one lie, continued by the honest prover; lying-channel.ts tells it
//   lies.ts, raw-lies.ts, every-value.ts   the catalogues of lies
//   repair.ts, grind.ts liars who solve for a value sent before, or search for a challenge; watching-field.ts
//   random.ts           choices from a seed
//   network/            network proofs as subjects, and provers of false witnesses
//
// Nothing in the library depends on it.

export { type AssaultOptions, assault } from './assault.ts';
export { type Attempt, attempt, type Judgement, judge, type Sides, type Telling, tell } from './attempt.ts';
export { Census, formatReports, type Mutant, type Report, type Row, shortOf, type Way } from './census.ts';
export { liesInEveryValue, type ValueLie } from './every-value.ts';
export { type Ground, grind } from './grind.ts';
export { type Lie, liesAbout, type Material } from './lies.ts';
export {
  type Change,
  type Content,
  isMessage,
  kindOf,
  lyingChannel,
  type Place,
  type Step,
  type Verb,
} from './lying-channel.ts';
export { type Forging, proofOfWitness, proveForged } from './network/forged-proofs.ts';
export { type NetworkCase, networkSubject } from './network/subject.ts';
export { isTrueOf } from './network/truth.ts';
export { witnessWith } from './network/witnesses.ts';
export { type Random, randomElement, seeded } from './random.ts';
export { type RawLie, rawLiesAbout } from './raw-lies.ts';
export { repair, type Witnessed } from './repair.ts';
export {
  channelVerifier,
  type Forgery,
  type Prover,
  type Refusal,
  type Subject,
  type Verifier,
  verdictVerifier,
} from './subject.ts';
export { type Mismatch, type Watch, watchField } from './watching-field.ts';
