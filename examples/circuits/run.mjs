// The part that the examples share: prove, verify, time both, and show that a changed output is refused.

import { createKoalaBearEngine, koalaBear } from 'ternary-gkr/field';
import { planCircuit, proveCircuitStatement, verifyCircuitStatement } from 'ternary-gkr/gkr';

const engine = createKoalaBearEngine();

/** Inputs are wire-major: all copies of the first input, then all copies of the second, … */
export function run(title, circuit, inputs, copies = 1) {
  const plan = planCircuit(engine, circuit, copies); // the circuit laid out in the engine's memory, once for many proofs
  const prove = () => proveCircuitStatement(engine, circuit, inputs, copies, { plan });
  const verify = (outputs, proof) => verifyCircuitStatement(koalaBear, circuit, inputs, outputs, proof);
  prove(); // warm-up

  const [{ outputs, proof }, proveMs] = timed(prove);
  const [verdict, verifyMs] = timed(() => verify(outputs, proof));
  const [first, ...rest] = outputs;
  const refusal = verify([first + 1, ...rest], proof);

  const gates = circuit.layers.reduce((sum, layer) => sum + layer.width, 0);
  console.log(`${title}
  circuit   ${copies} × ${gates} gates in ${circuit.layers.length} layers
  prove     ${proveMs.toFixed(1)} ms
  verify    ${verifyMs.toFixed(1)} ms, ${verdict.ok ? 'accepted' : 'REFUSED'}
  proof     ${proof.length} bytes
  an output changed: ${refusal.ok ? 'ACCEPTED' : `refused (${refusal.code}, ${refusal.where}): ${refusal.message}`}
`);
  return { outputs, proof, verdict, refusal };
}

function timed(job) {
  const started = performance.now();
  const result = job();
  return [result, performance.now() - started];
}
