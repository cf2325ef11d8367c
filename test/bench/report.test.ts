// The page and its pictures, from results made up here: every figure in them must follow from the results.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { it } from '../support/end-to-end.ts';

const script = resolve(import.meta.dirname, '../../scripts/bench.mjs');
const methods = { ternary: 1, sparse: 1.5, dense: 16, 'vanilla-sum': 400, 'vanilla-tree': 1250 };

/** Ternary takes 0.2 ms + 1 ns per nonzero; the baselines are multiples of it, at density 1/16. */
function madeUpResults() {
  const layers = [1024, 4096].flatMap((size) =>
    Object.entries(methods).flatMap(([method, factor]) =>
      [1, 1 / 4, 1 / 16, 1 / 64].map((density) => {
        const nnz = size * size * density;
        const ternaryMs = 0.2 + nnz / 1e6;
        const fixedMs = (0.2 + (size * size) / 16e6) * factor;
        const proveMs = factor < 2 ? ternaryMs * factor : fixedMs;
        return {
          ...{ method, outputs: size, inputs: size, density, nnz, batch: 1, proveMs },
          ...{ proveLowerQuartileMs: proveMs * 0.9, proveUpperQuartileMs: proveMs * 1.2, proofs: 9 },
          ...{ coldProveMs: 3 * proveMs, verifyMs: 2, proofBytes: 400, peakRssBytes: 1e8 },
          phases: { eqTable: 0.1, gatherSigned: proveMs / 2, productRound: 0.2, bind: 0.1, add: 0.05, rest: 0.1 },
        };
      }),
    ),
  );
  return {
    layers,
    skipped: [
      { method: 'vanilla-tree', outputs: 8192, inputs: 8192, density: 1, batch: 1, reason: 'too large|by far' },
    ],
    machine: {
      ...{ cpu: 'Imaginary 1', cores: 2, memoryBytes: 2 ** 33, node: 'v20.0.0', commit: 'abcdef0123456789' },
      ...{ baseMulNs: 0.5, extMulNs: 4, gatherNs: 0.5 },
    },
  };
}

let folder = '';
let page = '';

function report(name: string, results: object): string {
  const out = join(folder, name);
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(results));
  execFileSync(process.execPath, [script, 'report', join(folder, `${name}.json`), out], { stdio: 'pipe' });
  return out;
}

const pictures = (out: string): string[] =>
  readdirSync(join(out, 'benchmarks')).filter((name) => name.endsWith('.svg'));
const read = (...path: string[]): string => readFileSync(join(...path), 'utf8');

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ternary-gkr-report-'));
  page = read(report('first', madeUpResults()), 'benchmarks.md');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the page', () => {
  it('says what the vanilla provers are, and how far they are from a prover of any circuit where both were measured', () => {
    expect(page).toContain('The ratios of the vanilla methods to ternary are therefore conservative.');
    expect(page).toContain('This run did not measure it');
    const results = madeUpResults();
    const circuits = results.layers
      .filter(({ method, outputs }) => method === 'vanilla-sum' && outputs === 1024)
      .map((layer, k) => ({ ...layer, method: 'circuit', proveMs: layer.proveMs * (2 + k) }));
    const out = report('circuit', { ...results, layers: [...results.layers, ...circuits] });
    const text = read(out, 'benchmarks.md');
    expect(text).toContain('In this run circuit / vanilla-sum is 2.00 × to 5.00 ×.');
    expect(text).toContain('### Methods at 4096 × 4096, density 1/16');
    expect(text).not.toMatch(/undefined|NaN|null|Infinity/);
  });

  it('names each ratio with its baseline', () => {
    expect(page).toContain('### Methods at 4096 × 4096, density 1/16');
    expect(page).toContain('| vanilla-tree / ternary = 1,250 × |');
    expect(page).toContain('| vanilla-sum / ternary = 400 × |');
    expect(page).toContain('| dense / ternary = 16.0 × |');
    expect(page).toContain('| sparse / ternary = 1.50 × |');
    expect(page).not.toContain('ternary / ternary');
  });

  it('fits the cost per nonzero', () => {
    expect(page).toContain('| ternary | 4096 × 4096 | 4 | 0.200 ms | 1.00 ns | 1.0000 | 2.00 |');
    expect(page).toContain('| sparse | 1024 × 1024 | 4 | 0.300 ms | 1.50 ns | 1.0000 | 3.00 |');
  });

  it('has a row for every case and says what was not measured', () => {
    const rows = page.split('\n').filter((line) => /^\| 1 \| .* \| 9 \| /.test(line));
    expect(rows).toHaveLength(madeUpResults().layers.length);
    expect(rows).toContain(
      '| 1 | 1/16 | ternary | 1,048,576 | 1.25 ms | 1.12 ms – 1.50 ms | 9 | 3.75 ms | 2.00 ms | 400 bytes | 100 MB |',
    );
    expect(page).toContain('| 8192 × 8192 | 1 | 1 | vanilla-tree | too large\\|by far |');
    expect(page).toContain('Imaginary 1');
    expect(page).not.toMatch(/undefined|NaN|null|Infinity/);
  });

  it('links to the results it was made from, and to every picture', () => {
    const out = join(folder, 'first');
    expect(JSON.parse(read(out, 'benchmarks', 'layers.json'))).toEqual(madeUpResults());
    const links = [...page.matchAll(/\]\((benchmarks\/[^)]+)\)/g)].map(([, link]) => link);
    expect(new Set(links)).toEqual(new Set(readdirSync(join(out, 'benchmarks')).map((name) => `benchmarks/${name}`)));
  });
});

describe('the pictures', () => {
  it('are well-formed SVG with a label for every method', () => {
    const out = join(folder, 'first');
    expect(pictures(out)).toEqual(['phases.svg', 'prove-time.svg', 'speed-up.svg', 'time-by-size.svg']);
    for (const name of pictures(out)) {
      const svg = read(out, 'benchmarks', name);
      expect(openElements(svg), name).toEqual([]);
      expect(svg, name).toContain('>vanilla-tree<');
      expect(svg, name).not.toMatch(/NaN|undefined|Infinity/);
    }
    expect(read(out, 'benchmarks', 'phases.svg')).toContain('>sums over the weights<');
  });

  it('are the same bytes for the same results', () => {
    const [first, second] = [join(folder, 'first'), report('second', madeUpResults())];
    expect(read(second, 'benchmarks.md')).toBe(page);
    for (const name of pictures(first)) {
      expect(read(second, 'benchmarks', name), name).toBe(read(first, 'benchmarks', name));
    }
  });

  it('are left out where the results have nothing for them', () => {
    const { layers, machine } = madeUpResults();
    const [{ phases: _, ...layer }] = layers;
    const out = report('single', { layers: [layer], machine });
    expect(pictures(out)).toEqual(['prove-time.svg']);
    expect(read(out, 'benchmarks.md')).not.toMatch(/Where the time goes|Cost per nonzero|Not measured/);
  });
});

/** A proof takes 10 ms + 20 ms an input + 1 ns a nonzero, and the forward pass 5 ms an input. */
function madeUpNetworks() {
  const networks = [0.1, 0.2, 0.4].flatMap((density) =>
    [1, 2, 4].flatMap((batch) =>
      ['vgg16', 'resnet20'].map((name, index) => {
        const nnz = 10_000_000 * (index + 1) * density;
        const phases = { witness: 5 * batch, commit: 10, lookup: 20 * batch, layers: nnz / 1e6 };
        const proveMs = Object.values(phases).reduce((sum, time) => sum + time, 0);
        return {
          ...{ name, source: 'zoo', density, batch, parameters: 5, weights: nnz / density, nnz, activations: 7 },
          ...{ inferenceMs: 4 * batch, proveMs, proveLowerQuartileMs: proveMs, proveUpperQuartileMs: proveMs },
          ...{ proofs: 5, coldProveMs: 3 * proveMs, verifyMs: 2, proofBytes: 4000, peakRssBytes: 3e8, phases },
          layerOperations: {
            extensionAdditions: 1000 + nnz,
            extensionMultiplications: 8 * batch,
            mixedMultiplications: 3,
          },
        };
      }),
    ),
  );
  const skipped = [{ name: 'vgg16', density: 0.2, batch: 64, reason: 'too large' }];
  return { networks, skipped, machine: madeUpResults().machine };
}

describe('the part on networks', () => {
  it('sets what an input adds apart from what a nonzero adds', () => {
    const part = read(report('networks', madeUpNetworks()), 'benchmarks.md');
    expect(part).toMatch(/^# Benchmarks\n\n## Whole networks\n/);
    expect(part).toContain('- vgg16, resnet20: published shapes with seeded synthetic ternary weights');
    for (const [density, nnzMs] of [
      [0.1, 1],
      [0.2, 2],
      [0.4, 4],
    ]) {
      const one = `${(30 + nnzMs).toFixed(1)} ms | ${(20 / (30 + nnzMs)).toFixed(2)}`;
      expect(part).toContain(`| vgg16 | ${density} | ${(10 + nnzMs).toFixed(1)} ms | 20.0 ms | 1.0000 | ${one} |`);
    }
    expect(part).toMatch(/\| resnet20 \| 4 \| 6,000,000 \| 6,000,000 \| 0 \| [^|]+ \| 1\.00 ns \| 1\.0000 \| 2\.00 \|/);
    expect(part).toContain('| vgg16 | 5.00 ms (14 %) | 10.0 ms (27 %) | 20.0 ms (54 %) | 2.00 ms (5 %) |  |  |');
    expect(part).toContain('| vgg16 | 0.2 | 64 | public | too large |');
    expect(part.match(/^\| vgg16 \| 0\.2 \| 1 \| 5 \|/gm)).toHaveLength(2);
    expect(part).not.toMatch(/undefined|NaN|null|Infinity/);
  });

  it('follows the part on layers, with pictures of its own', () => {
    const out = report('both', madeUpResults());
    report('both', madeUpNetworks());
    const both = read(out, 'benchmarks.md');
    expect(both.startsWith(page)).toBe(true);
    expect(both).toContain('\n## Whole networks\n');
    const own = ['network-batch.svg', 'network-density.svg', 'network-phases.svg'];
    expect(pictures(out)).toEqual([...own, 'phases.svg', 'prove-time.svg', 'speed-up.svg', 'time-by-size.svg']);
    for (const name of own) {
      const svg = read(out, 'benchmarks', name);
      expect(openElements(svg), name).toEqual([]);
      expect(svg, name).toContain('>resnet20<');
      expect(svg, name).not.toMatch(/NaN|undefined|Infinity/);
    }
    const links = [...both.matchAll(/\]\((benchmarks\/[^)]+)\)/g)].map(([, link]) => link);
    expect(new Set(links)).toEqual(new Set(readdirSync(join(out, 'benchmarks')).map((name) => `benchmarks/${name}`)));
  });

  it('leaves out what one case cannot show', () => {
    const { networks, machine } = madeUpNetworks();
    const out = report('one', { networks: networks.slice(0, 1), machine });
    expect(pictures(out)).toEqual(['network-phases.svg']);
    expect(read(out, 'benchmarks.md')).not.toMatch(/share a proof|Nonzero weights|not measured/);
  });
});

/** Committed weights add 20 ms with high memory and 50 ms with low. */
function madeUpCommitted() {
  const { networks, machine } = madeUpNetworks();
  const [open] = networks.map((network) => ({ ...network, mode: 'public', memory: 'high' }));
  const registration = {
    ...{ registerMs: 5000, verifyModelMs: 80, keyBytes: 321, registrationBytes: 150_000 },
    ...{ proverFileBytes: 7e6, registerPeakRssBytes: 4e8 },
  };
  const committed = [20, 50].map((more, k) => {
    const { layerOperations: _, ...rest } = open;
    const memory = k === 0 ? 'high' : 'low';
    return { ...rest, ...registration, mode: 'committed', memory, proveMs: open.proveMs + more, proofBytes: 9000 };
  });
  const skipped = [{ ...committed[1], name: 'resnet20', reason: 'too many' }];
  return { networks: [open, ...committed], skipped, machine };
}

describe('the section on committed weights', () => {
  it('says what a commitment adds, and what registration takes, once', () => {
    const part = read(report('committed', madeUpCommitted()), 'benchmarks.md');
    expect(part).toContain('\n### Committed weights\n');
    const [row] = madeUpCommitted().networks;
    const start = `| ${row.name} | 0.1 | 1 | 1,000,000 |`;
    expect(part).toContain(`${start} public |  | ${row.proveMs.toFixed(1)} ms |  |`);
    expect(part).toContain(`${start} committed | high | ${(row.proveMs + 20).toFixed(1)} ms | 20.0 ms |`);
    expect(part).toContain(`${start} committed | low | ${(row.proveMs + 50).toFixed(1)} ms | 50.0 ms |`);
    expect(part.match(/\| 5,000 ms \| 80\.0 ms \| 321 bytes \| 150,000 bytes \| 7\.00 MB \| 400 MB \|/g)).toHaveLength(
      1,
    );
    expect(part).toContain('| resnet20 | 0.1 | 1 | committed, low memory | too many |');
    expect(part).not.toMatch(/undefined|NaN|null|Infinity/);
  });

  it('leaves the tables of public weights as they are', () => {
    const { networks, machine } = madeUpCommitted();
    const both = read(report('with', { networks, machine }), 'benchmarks.md');
    const alone = read(report('without', { networks: networks.slice(0, 1), machine }), 'benchmarks.md');
    expect(both.startsWith(alone)).toBe(true);
    expect(alone).not.toContain('Committed weights');
  });

  it('needs no public weights beside it', () => {
    const { networks, machine } = madeUpCommitted();
    const out = report('only', { networks: networks.slice(1), machine });
    const part = read(out, 'benchmarks.md');
    expect(part).toContain('\n### Committed weights\n');
    expect(part).not.toContain('### Networks');
    expect(pictures(out)).toEqual([]);
    expect(part).not.toMatch(/undefined|NaN|null|Infinity/);
  });
});

/** Openings take 20 ms + 1 ns a nonzero with high memory, and 30 ns a nonzero with low. */
function madeUpOpenings() {
  const openings = [1, 30].flatMap((ns) =>
    [1, 1 / 4, 1 / 64].map((density) => {
      const nnz = 2 ** 22 * density;
      const openMs = 20 + (ns * nnz) / 1e6;
      return {
        ...{ outputs: 2048, inputs: 2048, density, memory: ns === 1 ? 'high' : 'low', nnz, proofs: 9, openMs },
        ...{ openLowerQuartileMs: openMs, openUpperQuartileMs: openMs, claimMs: 4, vectorMs: openMs - 4, workMs: 7 },
        ...{ readMs: openMs - 19, verifyMs: 11, proofBytes: 123_456 },
      };
    }),
  );
  const { machine } = madeUpResults();
  const fits = [1, 30].map((nsPerNonzero) => ({
    ...{ outputs: 2048, inputs: 2048, memory: nsPerNonzero === 1 ? 'high' : 'low', densities: 3, fixedMs: 20 },
    ...{ nsPerNonzero, rSquared: 1, gathersPerNonzero: nsPerNonzero / machine.gatherNs },
    reading: { fixedMs: 1, nsPerNonzero, rSquared: 0.5, gathersPerNonzero: nsPerNonzero / machine.gatherNs },
  }));
  const skipped = [{ outputs: 4096, inputs: 4096, density: 1, memory: 'low', reason: 'too large' }];
  return { openings, skipped, fits, machine };
}

describe('the part on openings', () => {
  it('has every opening and what a nonzero adds, and follows the others', () => {
    const out = report('three', madeUpResults());
    report('three', madeUpOpenings());
    const part = read(out, 'benchmarks.md');
    expect(part.startsWith(page)).toBe(true);
    expect(part).toContain('\n## The opening of committed weights\n');
    expect(part).toContain('| 2048 × 2048 | high | 3 | opening | 20.0 ms | 1.00 ns | 1.0000 | 2.00 |');
    expect(part).toContain('| 2048 × 2048 | low | 3 | reading | 1.00 ms | 30.0 ns | 0.5000 | 60.00 |');
    expect(part).toContain(
      '| 2048 × 2048 | high | 1/64 | 65,536 | 20.1 ms | 20.1 ms – 20.1 ms | 4.00 ms | 16.1 ms | 1.07 ms | 7.00 ms |',
    );
    expect(part).toContain('| 4096 × 4096 | low | 1 | too large |');
    expect(part).not.toMatch(/undefined|NaN|null|Infinity/);
    expect(pictures(out)).toContain('opening.svg');
    const svg = read(out, 'benchmarks', 'opening.svg');
    expect(openElements(svg)).toEqual([]);
    expect(svg).toContain('>low<');
    const links = [...part.matchAll(/\]\((benchmarks\/[^)]+)\)/g)].map(([, link]) => link);
    expect(new Set(links)).toEqual(new Set(readdirSync(join(out, 'benchmarks')).map((name) => `benchmarks/${name}`)));
  });
});

describe('the figures of docs/commit-and-prove.md', () => {
  const place = (name: string): string => `<!-- figures: ${name} -->\n\nnothing yet\n\n<!-- end of figures -->`;
  const text = ['# Title', place('sizes'), 'between', place('overhead'), place('openings'), 'after', ''].join('\n\n');

  it('are written between their markers, and nothing else is', () => {
    const out = join(folder, 'figures');
    mkdirSync(out, { recursive: true });
    const path = join(out, 'commit-and-prove.md');
    writeFileSync(path, text);
    report('figures', madeUpCommitted());
    const one = read(path);
    const [network] = madeUpCommitted().networks;
    expect(one).toContain(
      `| ${network.name} | 0.1 | 10,000,000 | 321 bytes | 150,000 bytes | 7.00 MB | 4,000 bytes | 9,000 bytes |`,
    );
    const ratio = ((network.proveMs + 20) / network.proveMs).toFixed(2);
    const times = [0, 20].map((more) => `${(network.proveMs + more).toFixed(1)} ms`).join(' | ');
    expect(one).toContain(
      `| ${times} | ${ratio} × | ${(network.proveMs + 50).toFixed(1)} ms | 2.00 ms | 5,000 ms | 9,000 bytes |`,
    );
    expect(one.match(/nothing yet/g)).toHaveLength(1);
    report('figures', madeUpOpenings());
    const both = read(path);
    expect(both).not.toContain('nothing yet');
    expect(both).toContain(
      '| 2048 × 2048 | low | 20.0 ms + 30.0 ns per nonzero | 1.0000 | 1.00 ms + 30.0 ns per nonzero | 0.5000 | 60.00 | 7.00 ms | 123,456 bytes |',
    );
    expect(both).not.toMatch(/undefined|NaN|null|Infinity/);
    expect(both.replace(/(-->\n)[^!]*(<!-- end)/g, '$1$2')).toBe(text.replace(/(-->\n)[^!]*(<!-- end)/g, '$1$2'));
    report('figures', madeUpOpenings());
    expect(read(path)).toBe(both);
  });

  it('have their places in the page', () => {
    const page = readFileSync(resolve(import.meta.dirname, '../../docs/commit-and-prove.md'), 'utf8');
    const names = [...page.matchAll(/<!-- figures: (\w+) -->\n[\s\S]*?<!-- end of figures -->/g)].map(
      ([, name]) => name,
    );
    expect(names).toEqual(['sizes', 'openings', 'overhead']);
    expect(page).toContain('**It binds; it does not hide.**');
  });
});

it('says in one line what is wrong with a results file', () => {
  writeFileSync(join(folder, 'empty.json'), '{}');
  for (const [name, line] of [
    ['none.json', /no such file/],
    ['empty.json', /has no layers/],
  ] as const) {
    expect(() =>
      execFileSync(process.execPath, [script, 'report', join(folder, name), folder], { stdio: 'pipe' }),
    ).toThrow(line);
  }
});

/** The elements of an XML text that are still open at its end; throws where one closes that is not open. */
function openElements(xml: string): string[] {
  const open: string[] = [];
  const rest = xml.replace(
    /<([/]?)([a-zA-Z]+)((?:\s+[a-zA-Z][\w:-]*="[^"<]*")*)\s*([/]?)>/g,
    (_, close, name, __, empty) => {
      if (close !== '') expect(open.pop()).toBe(name);
      else if (empty === '') open.push(name);
      return '';
    },
  );
  expect(rest).not.toContain('<');
  return open;
}
