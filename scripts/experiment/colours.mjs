// How the values of a field of the rows are told apart in a picture, in the order in which they first occur.

import { AMBER, BLUE, coloured, GREEN, GREY, lined, PINK, RED, SKY } from '../../bench/report/colours.mjs';

const COLOURS = [GREEN, BLUE, AMBER, PINK, RED, SKY, GREY];
const namesOf = (rows, field) => [...new Set(rows.map((row) => row[field]))];
const palette = (names) => names.map((_, k) => COLOURS[k % COLOURS.length]);

/** Bars by their colour. */
export function bars(rows, field, rest) {
  const names = namesOf(rows, field);
  return coloured(field, names, palette(names), rest);
}

/** Lines by their colour and the shape of their marks. */
export function lines(rows, field, rest) {
  const names = namesOf(rows, field);
  return lined(field, names, palette(names), rest);
}
