import { bn254 } from '../../src/field/bn254.ts';
import { koalaBear } from '../../src/field/koalabear.ts';
import { testEqualsReference, testFieldLaws } from './laws.ts';
import { bn254Reference, complexMersenne31, koalaBearReference, mersenne31 } from './reference.ts';

testFieldLaws(koalaBear);
testFieldLaws(koalaBearReference);
testFieldLaws(bn254);
testFieldLaws(bn254Reference);
testFieldLaws(mersenne31);
testFieldLaws(complexMersenne31);

testEqualsReference(koalaBear, koalaBearReference);
testEqualsReference(bn254, bn254Reference);
