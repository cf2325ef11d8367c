// Commitments to vectors of the prime field, opened by sumcheck.
//
//   merkle/           Merkle trees and multi-proofs
//   recursive/        the recursive tensor code: parameters, commitment, prover and verifier of an opening
//   query-errors.ts   the chance that queries miss, and the size of their paths
//
// It rests on `hash`, `hiding`, `security` and `sumcheck`. `network` commits to weights, columns and tensors with it.

export { createHasher, createPlainHasher, type Hasher } from '../hash/hasher.ts';
export { checkNonce } from '../hash/proof-of-work.ts';
export { type Coins, createCoins } from '../hiding/coins.ts';
export type { HidingShape, Line, LineLevel, LineSource } from '../hiding/protocol.ts';
export { ofBits, overField } from '../security/error-budget.ts';
export { type ErrorTerm, sumOfErrors } from '../security/error-terms.ts';
export { buildTree, type MerkleTree, multiProof } from './merkle/prove.ts';
export { rootOfProof } from './merkle/verify.ts';
export { chooseParameters } from './recursive/choose.ts';
export { type CommittedMatrix, commitMatrix } from './recursive/commit.ts';
export type { CommitmentRequest } from './recursive/offers.ts';
export {
  type CodeParameters,
  type CommitmentParameters,
  codeOf,
  errorTerms,
  expectedBytes,
  type LevelParameters,
  type MatrixParameters,
  type MemberRequest,
} from './recursive/parameters.ts';
export { type HidingOpening, type OpenedMember, openMatrices } from './recursive/prove.ts';
export { type VerifiedMember, verifyMatrices } from './recursive/verify.ts';
