export { REGISTRATION_PROTOCOL, type RegistrationStatement } from './protocol.ts';
export {
  proveRegistration,
  type RegistrationOptions,
  type RegistrationPhase,
  type RegistrationWorkspace,
} from './prove.ts';
export { registrationReport } from './security.ts';
export { type RegistrationVerdict, verifyRegistration } from './verify.ts';
export { type WeightSource, weightSource } from './witness.ts';
