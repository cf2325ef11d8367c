export type { Channel, ProverChannel, VerifierChannel } from './channel.ts';
export { createProverChannel } from './prover-channel.ts';
export { type Sponge, type SpongeFactory, turboShake128Sponge } from './sponge.ts';
export type { TranscriptEntry, TranscriptOptions } from './transcript.ts';
export { createVerifierChannel } from './verifier-channel.ts';
