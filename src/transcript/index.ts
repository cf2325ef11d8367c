// The Fiat–Shamir channel: its two ends and the sponge that they run on.

export type { Channel, ProverChannel, VerifierChannel } from './channel.ts';
export { createProverChannel } from './prover-channel.ts';
export { type Sponge, type SpongeReader, turboShake128Sponge } from './sponge.ts';
export { type ChannelOptions, PROTOCOL_NAME, type TranscriptEntry } from './transcript.ts';
export { createVerifierChannel } from './verifier-channel.ts';
