// Values on the command line, and how figures are written.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearest, parseArguments, parseIndices, parseInteger, parseRange, parseReal } from '../../src/cli/arguments.ts';
import { duration, printable, size, table } from '../../src/cli/terminal.ts';
import { InputError } from '../../src/errors.ts';

describe('numbers', () => {
  it('are decimals or fractions', () => {
    expect(['0', '-0.5', '.5', '1e-3', '1/255', '-3/4', '+2'].map((text) => parseReal('x', text))).toEqual([
      0,
      -0.5,
      0.5,
      1e-3,
      1 / 255,
      -0.75,
      2,
    ]);
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(parseReal('x', String(value))).toBe(value + 0);
      }),
    );
  });

  it('are nothing else', () => {
    for (const text of ['', 'x', '1/', '/2', '1/0', '1/2/3', 'NaN', 'Infinity', '0x10', '1e999', '--1', '1 2']) {
      expect(() => parseReal('scale', text)).toThrow(InputError);
    }
  });
});

describe('integers', () => {
  it('lie within their ends', () => {
    expect(['0', '+7', ' 3 '].map((text) => parseInteger('batch', text, 0, 7))).toEqual([0, 7, 3]);
    for (const text of ['8', '-1', '1.5', '', '1e1', '0x1']) {
      expect(() => parseInteger('batch', text, 0, 7)).toThrow(
        new InputError(`--batch '${text}' is not an integer from 0 to 7`),
      );
    }
  });

  it('of a range ascend', () => {
    for (const text of ['1', '2..1', '1..', `0..${'9'.repeat(20)}`, `-${'9'.repeat(20)}..0`]) {
      expect(() => parseRange('range', text)).toThrow(/is not a range; write two integers such as 0..9/);
    }
  });
});

describe('indices', () => {
  it('are one or a range with both ends', () => {
    expect(parseIndices('index', '3', 4)).toEqual([3]);
    expect(parseIndices('index', '1..3', 4)).toEqual([1, 2, 3]);
    expect(parseRange('range', '-128..127')).toEqual([-128, 127]);
  });

  it('lie within the data', () => {
    for (const text of ['4', '0..4', '-1', '2..1', '1..', '..1', '1...2', '1.5', '9'.repeat(30)]) {
      expect(() => parseIndices('index', text, 4)).toThrow(InputError);
    }
  });
});

describe('options', () => {
  const table = {
    data: { value: '<data>', help: '' },
    output: { value: '<file>', short: 'o', help: '' },
    json: { help: '' },
  };
  const parse = (...args: string[]) => parseArguments('prove', args, table, ['<model>']);

  it('stand before or after arguments, long, short and with an equals sign', () => {
    for (const args of [
      ['m', '--data', 'd', '-o', 'f', '--json'],
      ['--json', '--output=f', '--data=d', 'm'],
      ['-of', '--data', 'd', '--json', '--', 'm'],
    ]) {
      const parsed = parse(...args);
      expect([parsed.positionals[0], parsed.get('data'), parsed.get('output'), parsed.has('json')]).toEqual([
        'm',
        'd',
        'f',
        true,
      ]);
    }
  });

  it('may have negative values', () => {
    expect(parse('m', '--data', '-0.5').get('data')).toBe('-0.5');
  });

  it('are not looked up in the prototype', () => {
    for (const name of ['constructor', '__proto__', 'toString']) {
      expect(() => parse('m', `--${name}`)).toThrow(/unknown option/);
    }
  });

  it.each([
    [['m', '--jsn'], 'prove: unknown option --jsn; did you mean --json?'],
    [['m', '--quxquxqux'], 'prove: unknown option --quxquxqux; see ternary-gkr prove --help'],
    [['m', '--data', 'a', '--data', 'b'], '--data is given twice; leave one out'],
    [['m', '--data'], '--data needs a value: --data <data>'],
    [['m', '--data='], '--data needs a value: --data <data>'],
    [['m', '--data', '--json'], '--data needs a value: --data <data>'],
    [['m', '--json=yes'], '--json takes no value'],
    [[], 'prove: <model> is missing; see ternary-gkr prove --help'],
    [['m', 'n'], "prove: 'n' is one argument too many; see ternary-gkr prove --help"],
  ])('%j are refused', (args, message) => {
    expect(() => parse(...args)).toThrow(new InputError(message));
  });

  it('that are needed are given, or asked for', () => {
    expect(parse('m', '--data', 'd').need('data')).toBe('d');
    expect(() => parse('m').need('data')).toThrow('prove: --data <data> is missing; it is ');
    expect(() => parse('m').need('json')).toThrow('prove: --json  is missing; it is ');
    expect(parse('m').get('data')).toBeUndefined();
    expect(parse('m', '--data=--json').get('data')).toBe('--json');
  });

  it('that are close are suggested', () => {
    expect(nearest('lables', ['labels', 'data'])).toBe('labels');
    expect(nearest('qqqqqq', ['labels', 'data'])).toBeUndefined();
    expect(nearest('q', [])).toBeUndefined();
  });
});

describe('what is printed', () => {
  it('is one line without control characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(printable(text)).toMatch(/^[^\p{Cc}\u2028\u2029]*$/u);
      }),
    );
    expect(printable('fc1 · α')).toBe('fc1 · α');
  });

  it('has units', () => {
    expect([duration(0.5), duration(12.34), duration(345.6), duration(12_345)]).toEqual([
      '0.500 ms',
      '12.3 ms',
      '346 ms',
      '12.3 s',
    ]);
    expect([size(512), size(63_400), size(1_900_000)]).toEqual(['512 bytes', '63.4 KB', '1.9 MB']);
  });

  it('stands in columns, numbers to the right', () => {
    expect(
      table(
        ['name', 'count'],
        [
          ['a', '1,000'],
          ['bcdefg', '2'],
        ],
      ),
    ).toEqual(['name    count', 'a       1,000', 'bcdefg      2']);
  });
});
