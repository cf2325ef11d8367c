// The Fiat–Shamir channel: its two ends and the sponge that they run on.
//
//   channel.ts            the contracts of both ends
//   prover-channel.ts     sends and draws; verifier-channel.ts receives and draws
//   transcript.ts         what both ends absorb, and how challenges are drawn
//   sponge.ts             TurboSHAKE128
//   counting.ts           counts of operations and of hashed bytes
//
// It rests on `field`. Every protocol is written against it, and nothing else puts a byte into a proof.

export type { Channel, ProverChannel, VerifierChannel } from './channel.ts';
export { createProverChannel } from './prover-channel.ts';
export { type Sponge, type SpongeReader, turboShake128Sponge } from './sponge.ts';
export { type ChannelOptions, PROTOCOL_NAME, type TranscriptEntry } from './transcript.ts';
export { createVerifierChannel } from './verifier-channel.ts';
